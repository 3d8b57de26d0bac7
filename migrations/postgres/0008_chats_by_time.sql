-- no-transaction
-- Built while others write, like all of these: that cannot be part of a transaction.
create index concurrently if not exists registry_chats_by_time
    on registry_chats (registered_at, id);
