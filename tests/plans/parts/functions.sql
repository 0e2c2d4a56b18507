create function pg_temp.account_of(who text) returns uuid language sql stable
as $$ select case who when 'large' then pg_temp.large() else pg_temp.small(1) end $$;

-- Problems of the execution of a search; empty if there are none.
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
        case when work.policy_calls > 1 then format('policies called their functions %s times', work.policy_calls) end,
        -- each match is read once for its rank, the best ten again by key
        case when work.rows_read > matches + least(matches, 10) then
            format('%s rows read for %s matches', work.rows_read, matches) end,
        -- rows that this file has changed are in an index once per change
        case when work.index_entries > matches + least(matches, 10) + 30 then
            format('%s index entries read for %s matches', work.index_entries, matches) end
    );
end
$$;

-- Problems of the execution of a query of the product; empty if there are none.
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
        -- rows and role are restored
    end;
    deallocate product_query;
    return concat_ws('; ',
        case when work.seq_scans <> 0 then format('%s sequential scans', work.seq_scans) end,
        -- once for each policy of the statement, and for a default
        case when work.policy_calls > 4 then format('policies called their functions %s times', work.policy_calls) end,
        case when by_key and work.time_scans <> 0 then 'all rows of the caller were read to find one' end,
        case when work.rows_read > most_rows then format('%s rows read, expected at most %s', work.rows_read, most_rows) end,
        case when work.index_entries > most_rows then
            format('%s index entries read, expected at most %s', work.index_entries, most_rows) end
    );
end
$$;
