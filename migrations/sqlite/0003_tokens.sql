-- Bearer tokens of the registry: never themselves, but their SHA-256.

create table registry_tokens (
    id         blob primary key check (length(id) = 16),
    name       text    not null,
    hash       blob    not null unique check (length(hash) = 32),
    scopes     text    not null,
    created_at integer not null
) strict;
