-- no-transaction
-- People by their public names.
create index concurrently if not exists registry_participants_by_username
    on registry_participants (lower(username)) where username is not null;
