-- no-transaction
-- The order of titles, and the search for their beginnings. What a filter asks for is in it, so that a page far behind is found in the index alone.
create index concurrently if not exists registry_chats_by_title
    on registry_chats (title_key, id) include (registered_at, is_active);
