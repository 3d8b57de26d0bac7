-- no-transaction
-- The one before leads to the same rows.
drop index concurrently if exists registry_participations_of_chat;
