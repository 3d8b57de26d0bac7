-- A page by time begins at a chat, which is found by counting from the beginning of time; and a total
-- is the difference of two such counts.
--
-- An older program asks registry_seek, which stays as it is.

-- How many chats were registered before a moment, of one state or of both.
create function registry_rank(active boolean, before timestamptz) returns bigint
-- The plans of its statements are always the same: making them takes as long as running them.
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
declare
    month_low timestamptz := registry_start('m', before);
    day_low   timestamptz := registry_start('d', before);
    hour_low  timestamptz := registry_start('h', before);
    ranked bigint;
begin
    -- The months that are over by then, the days of the last month, and the hours of the last day.
    select coalesce(sum(counted.chats), 0) into ranked from (
        select chats from registry_counts
        where unit = 'm' and start < month_low and (active is null or is_active = active)
        union all
        select chats from registry_counts
        where unit = 'd' and start >= month_low and start < day_low
          and (active is null or is_active = active)
        union all
        select chats from registry_counts
        where unit = 'h' and start >= day_low and start < hour_low
          and (active is null or is_active = active)
        union all
        select chats from registry_count_changes
        where hour < hour_low and (active is null or is_active = active)
    ) as counted;
    if hour_low < before and active is null then
        ranked := ranked + (select count(*) from registry_chats
            where registered_at >= hour_low and registered_at < before);
    elsif hour_low < before then
        ranked := ranked + (select count(*) from registry_chats
            where is_active = active and registered_at >= hour_low and registered_at < before);
    end if;
    return ranked;
end $$;

-- The chat before which so many stand, of those of one state or of both, by time. None where there are
-- no more.
create function registry_place(active boolean, rank bigint, out at timestamptz, out id uuid)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
declare
    looked_in "char";
    low  timestamptz := '-infinity';
    high timestamptz := 'infinity';
    -- How many stand before low, before the stretch that is looked at, and before its end.
    passed bigint := 0;
    stretch timestamptz;
    upto bigint;
    piece record;
begin
    -- In which month, on which of its days, in which of its hours.
    foreach looked_in in array '{m,d,h}'::"char"[] loop
        stretch := null;
        upto := passed;
        for piece in
            select start, chats from registry_counts
            where unit = looked_in and start >= low and start < high
              and (active is null or is_active = active)
            union all
            select registry_start(looked_in, hour), chats from registry_count_changes
            where hour >= low and hour < high and (active is null or is_active = active)
            order by start
        loop
            if piece.start is distinct from stretch then
                exit when upto > rank;
                passed := upto;
                stretch := piece.start;
            end if;
            upto := upto + piece.chats;
        end loop;
        if upto <= rank then return; end if;
        low := stretch;
        high := registry_end(looked_in, low);
    end loop;
    if active is null then
        select chat.registered_at, chat.id into at, id from registry_chats as chat
        where chat.registered_at >= low and chat.registered_at < high
        order by chat.registered_at, chat.id offset rank - passed limit 1;
    else
        select chat.registered_at, chat.id into at, id from registry_chats as chat
        where chat.is_active = active and chat.registered_at >= low and chat.registered_at < high
        order by chat.registered_at, chat.id offset rank - passed limit 1;
    end if;
end $$;

-- The total of a list, of those registered from low on and before high, and where its page begins that
-- has skip before it: at the chat itself, or, of the first page, where the list does. Nowhere when there
-- is no such page, or when no page is asked for.
create function registry_page(
    active boolean, low timestamptz, high timestamptz, skip bigint, descending boolean,
    out total bigint, out at timestamptz, out id uuid
)
language plpgsql stable as $$
declare
    -- Before the year 1 there is none.
    before_low bigint := case when low <= '0001-01-01Z' then 0 else registry_rank(active, low) end;
begin
    total := greatest(registry_rank(active, high) - before_low, 0);
    if skip = 0 then
        at := case when descending then high else low end;
        -- The least of all ids, which no chat has.
        id := '00000000-0000-0000-0000-000000000000';
    elsif skip < total then
        select place.at, place.id into at, id
        from registry_place(active,
            before_low + case when descending then total - 1 - skip else skip end) as place;
    end if;
end $$;
