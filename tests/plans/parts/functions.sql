create function pg_temp.account_of(who text) returns uuid language sql stable
as $$ select case who when 'large' then pg_temp.large() else pg_temp.small(1) end $$;

-- What is wrong with how a search was run, or nothing.
create function pg_temp.faults_of_search(search text, words text, caller uuid, mode text) returns text language plpgsql
as $$
declare
    statement text := format('select from public.%s(%L, 10)', search, words);
    matches bigint;
    work pg_temp.work;
begin
    perform pg_temp.become_owner();
    execute format(
        'select count(*) from public.%s where user_id = %L and search_vector @@ websearch_to_tsquery(''english'', %L)',
        case search when 'search_chunks' then 'document_chunks' else 'documents' end, caller, words
    ) into matches;
    perform set_config('plan_cache_mode', mode, true);
    work := pg_temp.work_after_others(statement, caller);
    perform pg_temp.become_owner();
    return concat_ws('; ',
        case when work.word_scans <> 1 then format('the composite index was read %s times', work.word_scans) end,
        case when work.key_scans <> least(matches, 10) then
            format('the primary key was read %s times for %s matches', work.key_scans, matches) end,
        case when work.seq_scans <> 0 then format('%s sequential scans', work.seq_scans) end,
        -- each match once for its rank, the best ten again by key
        case when work.rows_read > matches + least(matches, 10) then
            format('%s rows read for %s matches', work.rows_read, matches) end,
        -- rows that this file has changed before stand in an index once for each change
        case when work.index_entries > matches + least(matches, 10) + 30 then
            format('%s index entries read for %s matches', work.index_entries, matches) end
    );
end
$$;

-- What is wrong with how a query of the product was run, or nothing.
create function pg_temp.faults_of_query(query text, most_rows bigint, by_key boolean, caller uuid, mode text) returns text language plpgsql
as $$
declare
    work pg_temp.work;
begin
    perform set_config('plan_cache_mode', mode, true);
    execute format('prepare product_query (uuid) as %s', query);
    begin
        work := pg_temp.work_after_others('execute product_query (%L)', caller);
        raise exception sqlstate 'UNDO1';
    exception when sqlstate 'UNDO1' then
        -- the rows and the role are as before
    end;
    deallocate product_query;
    return concat_ws('; ',
        case when work.seq_scans <> 0 then format('%s sequential scans', work.seq_scans) end,
        case when by_key and work.time_scans <> 0 then 'all of the caller''s rows were gone through for one' end,
        case when work.rows_read > most_rows then format('%s rows read, at most %s are its due', work.rows_read, most_rows) end,
        case when work.index_entries > most_rows then
            format('%s index entries read, at most %s are its due', work.index_entries, most_rows) end
    );
end
$$;
