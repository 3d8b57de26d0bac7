-- Bearer tokens of the registry: never themselves, but their SHA-256.

create table registry_tokens (
    id         uuid primary key,
    name       text        not null,
    hash       bytea       not null unique check (octet_length(hash) = 32),
    scopes     text        not null,
    created_at timestamptz not null
);
