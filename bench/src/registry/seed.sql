-- Chats for the benchmark of the registry: :chats of them over a thousand days, a seventh of them not
-- in use, :titles titles and :stays stays for every two. People are a fifth as many as chats.

\set ON_ERROR_STOP 1
set client_min_messages = warning;
set synchronous_commit = off;
set maintenance_work_mem = '512MB';
set work_mem = '256MB';

create temp table numbered as
    select n, gen_random_uuid() as id,
        date_trunc('milliseconds', timestamptz '2024-01-01Z' + n * (interval '1000 days' / :chats)) as at
    from generate_series(0, :chats - 1) as n;
create temp table people as
    select n, gen_random_uuid() as id from generate_series(0, :chats / 5) as n;

insert into registry_participants (id, service, external_id, firstname, username)
    select id, 'max', n::text, 'Person ' || n, 'person_' || n from people;
insert into registry_chats (id, is_active, service, registered_at, created_by, title_key)
    select id, n % 7 <> 0, (array['tamtam', 'max', 'potato'])[n % 3 + 1], at,
        'account-' || n % 5, 'chat ' || n % 1000 || ' of ' || n
    from numbered;
insert into registry_titles (chat_id, value, captured_at)
    select id, case part when 1 then 'Chat ' || n % 1000 || ' of ' || n else 'Before' end,
        at + (1 - part) * interval '1 hour'
    from numbered, generate_series(1, 2) as part
    where part = 1 or n % 2 = 0 and :titles > 2;
insert into registry_participations (chat_id, participant_id, joined_at)
    select numbered.id, people.id, at
    from numbered cross join generate_series(1, :stays / 2) as part join people
    on people.n = (numbered.n * 7 + part * 31) % (:chats / 5);
