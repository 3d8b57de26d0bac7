-- no-transaction
-- The chats of a person, and their stays there.
create index concurrently if not exists registry_participations_of_person
    on registry_participations (participant_id, chat_id);
