-- no-transaction
-- The order of those who registered them; nobody comes first.
create index concurrently if not exists registry_chats_by_creator
    on registry_chats ((coalesce(created_by, '') collate "C"), id) include (created_by, registered_at, is_active);
