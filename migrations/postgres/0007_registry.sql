-- The registry remembers who came, went and was brought by whom, what messengers are asked for, and
-- what has happened; and it is quick with millions of chats.
--
-- What an older program reads stays as it is. Columns by which lists are sorted are compared byte by
-- byte: it is quicker, and their order is that of the program.

-- Nobody writes between the counting below and the triggers that count on.
lock table registry_chats in share row exclusive mode;

alter table registry_chats
    -- Grows with every change of what the chat shows.
    add column version bigint not null default 1,
    -- The title that it has now, in small letters: by it lists are sorted and searched.
    add column title_key text collate "C" not null default '',
    -- The link by which people join it, and when it was seen.
    add column invitation text,
    add column invitation_at timestamptz;
alter table registry_chats set (
    -- A version grows in its row's page, and touches no index.
    fillfactor = 85,
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.05
);

update registry_chats as chat set title_key = title.key
    from (select distinct on (chat_id) chat_id, lower(left(value, 255)) as key
          from registry_titles order by chat_id, seq desc) as title
    where title.chat_id = chat.id;

-- A chat as JSON, as it was at a version: with another version it is not looked at any more.
create table registry_documents (
    chat_id uuid primary key references registry_chats (id) on delete cascade,
    version bigint not null,
    body    text   not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- How many chats were registered in a month ('m'), a day ('d') and an hour ('h') of UTC: with it any
-- page is found, and the total, without counting. Each commit appends what it changes, so that no two
-- wait for each other; now and then that is added up.
create table registry_counts (
    unit      "char"      not null check (unit in ('m', 'd', 'h')),
    start     timestamptz not null,
    is_active boolean     not null,
    chats     bigint      not null,
    primary key (unit, start, is_active)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1);
create table registry_count_changes (
    seq       bigint generated always as identity primary key,
    hour      timestamptz not null,
    is_active boolean     not null,
    chats     bigint      not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- The beginning of the hour, day or month of a moment.
create function registry_start(unit "char", at timestamptz) returns timestamptz
    language sql stable parallel safe as $$
    select date_trunc(case unit when 'm' then 'month' when 'd' then 'day' else 'hour' end, at, 'UTC')
$$;

-- The end of the hour, day or month that begins at a moment.
create function registry_end(unit "char", start timestamptz) returns timestamptz
    language sql immutable parallel safe as $$
    select (start at time zone 'UTC' + case unit when 'm' then interval '1 month'
        when 'd' then interval '1 day' else interval '1 hour' end) at time zone 'UTC'
$$;

insert into registry_counts (unit, start, is_active, chats)
    select unit, registry_start(unit, registered_at), is_active, count(*)
    from registry_chats, unnest('{m,d,h}'::"char"[]) as unit group by 1, 2, 3;

create function registry_count_new() returns trigger language plpgsql as $$
begin
    insert into registry_count_changes (hour, is_active, chats)
        select registry_start('h', registered_at), is_active, count(*) from fresh group by 1, 2;
    return null;
end $$;
create function registry_count_gone() returns trigger language plpgsql as $$
begin
    insert into registry_count_changes (hour, is_active, chats)
        select registry_start('h', registered_at), is_active, -count(*) from gone group by 1, 2;
    return null;
end $$;
create function registry_count_changed() returns trigger language plpgsql as $$
begin
    insert into registry_count_changes (hour, is_active, chats) values
        (registry_start('h', old.registered_at), old.is_active, -1),
        (registry_start('h', new.registered_at), new.is_active, 1);
    return null;
end $$;

create trigger registry_count_new after insert on registry_chats
    referencing new table as fresh
    for each statement execute function registry_count_new();
create trigger registry_count_gone after delete on registry_chats
    referencing old table as gone
    for each statement execute function registry_count_gone();
create trigger registry_count_changed after update of is_active, registered_at on registry_chats
    for each row
    when (old.is_active is distinct from new.is_active
          or old.registered_at is distinct from new.registered_at)
    execute function registry_count_changed();

-- The counts of the months, days or hours of a stretch that begins and ends with one, those of one
-- state or of both.
create function registry_counted(unit "char", low timestamptz, high timestamptz, active boolean)
    returns table (start timestamptz, chats bigint) language sql stable as $$
    select counted.start, sum(counted.chats)::bigint from (
        select kept.start, kept.chats from registry_counts as kept
        where kept.unit = $1 and kept.start >= low and kept.start < high
          and (active is null or kept.is_active = active)
        union all
        select registry_start($1, added.hour), added.chats from registry_count_changes as added
        where added.hour >= low and added.hour < high
          and (active is null or added.is_active = active)
    ) as counted group by counted.start
$$;

-- Where a page of the list by time begins: of those registered from low on and before high, the one
-- that has so many before it stands rest places behind the edge, which is the end of a stretch of time
-- for the last first, and else its beginning. There is no edge behind the end. The total is that of
-- the whole list.
create function registry_seek(
    active boolean, low timestamptz, high timestamptz, skip bigint, descending boolean,
    out total bigint, out edge timestamptz, out rest bigint
)
-- The plans of its statements are always the same: making them takes as long as running them.
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
declare
    units "char"[] := '{}';
    lows  timestamptz[] := '{}';
    highs timestamptz[] := '{}';
    -- From the first hour, day and month that lies within to the end of the last.
    hour_low timestamptz; hour_high timestamptz;
    day_low timestamptz; day_high timestamptz;
    month_low timestamptz; month_high timestamptz;
    piece record;
    at_unit "char"; at_low timestamptz; at_high timestamptz;
    place int;
    found_unit "char"; found_low timestamptz; found_high timestamptz;
begin
    hour_low := registry_start('h', low);
    if hour_low < low then hour_low := registry_end('h', hour_low); end if;
    hour_high := registry_start('h', high);
    if hour_low >= hour_high then
        units := '{i}'; lows := array[low]; highs := array[high];
    else
        day_low := registry_start('d', hour_low);
        if day_low < hour_low then day_low := registry_end('d', day_low); end if;
        day_high := registry_start('d', hour_high);
        if day_low >= day_high then day_low := hour_high; day_high := hour_high; end if;
        month_low := registry_start('m', day_low);
        if month_low < day_low then month_low := registry_end('m', month_low); end if;
        month_high := registry_start('m', day_high);
        if month_low >= month_high then month_low := day_high; month_high := day_high; end if;
        units := '{i,h,d,m,d,h,i}';
        lows := array[low, hour_low, day_low, month_low, month_high, day_high, hour_high];
        highs := array[hour_low, day_low, month_low, month_high, day_high, hour_high, high];
    end if;

    total := 0;
    for step in 1 .. cardinality(units) loop
        place := case when descending then cardinality(units) + 1 - step else step end;
        at_unit := units[place]; at_low := lows[place]; at_high := highs[place];
        continue when at_low >= at_high;
        if at_unit = 'i' then
            for piece in
                select at_low as start, count(*) as chats from registry_chats
                where registered_at >= at_low and registered_at < at_high
                  and (active is null or is_active = active)
            loop
                if found_unit is null and skip < total + piece.chats then
                    found_unit := 'i'; found_low := at_low; found_high := at_high;
                    rest := skip - total;
                end if;
                total := total + piece.chats;
            end loop;
        else
            for piece in
                select counted.start, counted.chats
                from registry_counted(at_unit, at_low, at_high, active) as counted
                order by date_part('epoch', counted.start) * case when descending then -1 else 1 end
            loop
                if found_unit is null and skip < total + piece.chats then
                    found_unit := at_unit; found_low := piece.start;
                    found_high := registry_end(at_unit, piece.start);
                    rest := skip - total;
                end if;
                total := total + piece.chats;
            end loop;
        end if;
    end loop;

    -- From the month to its day, and from the day to its hour.
    while found_unit in ('m', 'd') loop
        at_unit := case found_unit when 'm' then 'd' else 'h' end;
        found_unit := null;
        for piece in
            select counted.start, counted.chats
            from registry_counted(at_unit, found_low, found_high, active) as counted
            order by date_part('epoch', counted.start) * case when descending then -1 else 1 end
        loop
            if rest < piece.chats then
                found_unit := at_unit; found_low := piece.start;
                found_high := registry_end(at_unit, piece.start);
                exit;
            end if;
            rest := rest - piece.chats;
        end loop;
    end loop;
    if found_low is not null then
        edge := case when descending then found_high else found_low end;
    end if;
end $$;

alter table registry_participations
    add column is_joining_told boolean not null default false,
    add column left_at timestamptz,
    add column is_leaving_told boolean not null default false,
    add column invited_by uuid references registry_participants (id);

-- Which accounts take part in which chat.
create table registry_presences (
    chat_id    uuid        not null references registry_chats (id),
    account    text        not null,
    is_present boolean     not null,
    -- Since when, as far as is known.
    since      timestamptz not null,
    primary key (chat_id, account)
);

-- What has happened. A transaction's number tells in what order they become visible: whatever is
-- older than all that are on their way has nothing before it that is still to come.
create table registry_events (
    transaction xid8        not null default pg_current_xact_id(),
    place       bigint      generated always as identity,
    kind        text        not null check (kind in ('registered', 'changed', 'joined')),
    -- No reference: a chat that became one with another is gone.
    chat_id     uuid        not null,
    joined_into uuid,
    at          timestamptz not null,
    primary key (transaction, place)
);

-- Requests that a client may repeat.
create table registry_requests (
    token  bytea       not null check (octet_length(token) = 32),
    key    text        not null,
    -- The SHA-256 of what was asked.
    asked  bytea       not null check (octet_length(asked) = 32),
    -- The id that was answered.
    answer uuid        not null,
    at     timestamptz not null,
    primary key (token, key)
);
create index registry_requests_of_time on registry_requests (at);

-- What messengers are asked for.
create table registry_operations (
    id             uuid primary key,
    chat_id        uuid        not null references registry_chats (id),
    kind           text        not null check (kind in ('remove_participant', 'get_invitation')),
    participant_id uuid        references registry_participants (id),
    state          text        not null default 'pending'
        check (state in ('pending', 'done', 'failed')),
    -- The account that is to do it.
    account        text        not null,
    tries          integer     not null default 0,
    error          text,
    requested_at   timestamptz not null,
    due_at         timestamptz not null,
    finished_at    timestamptz
);
create index registry_operations_of_chat on registry_operations (chat_id, requested_at);
create index registry_operations_due on registry_operations (account, due_at)
    where state = 'pending';
-- The same is asked for once.
create unique index registry_operations_pending on registry_operations
    (chat_id, kind, coalesce(participant_id, '00000000-0000-0000-0000-000000000000'))
    where state = 'pending';

-- Registered chats into which somebody will bring a bot.
create table registry_announcements (
    account    text        not null,
    person     text        not null,
    chat_id    uuid        not null references registry_chats (id),
    said_at    timestamptz not null,
    ends_at    timestamptz not null,
    primary key (account, person)
);

-- People who have another name than the documents of their chats show.
create table registry_renames (
    participant_id uuid primary key references registry_participants (id),
    -- Grows when they get yet another name.
    times          bigint not null default 1
);
