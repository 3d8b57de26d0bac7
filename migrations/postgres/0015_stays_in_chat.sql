-- no-transaction
-- The people of a chat in their order, and the stays of each.
create index concurrently if not exists registry_participations_in_chat
    on registry_participations (chat_id, participant_id);
