-- When a token of the registry ends, when it was last used, and when it was taken back.

alter table registry_tokens add column expires_at integer;
alter table registry_tokens add column last_used_at integer;
alter table registry_tokens add column revoked_at integer;
