-- no-transaction
-- Sums of counts are read from the index alone: rows that follow each other in time do not in the table.
create unique index concurrently if not exists registry_counts_by_time
    on registry_counts (unit, start, is_active) include (chats);
