-- Many users with `average` rows each, a large user who owns a fifth of all rows, and functions that measure statements.
-- They read PostgreSQL's counters, because EXPLAIN does not show statements inside functions.

\ir ../../rls/helpers.sql

-- Blocks autovacuum, which would ANALYZE tables whose rows it cannot see yet.
lock table public.documents, public.document_chunks, public.agent_requests, public.agent_sessions, public.usage_events
    in share update exclusive mode;

create function pg_temp.large() returns uuid language sql stable
as $$ select current_setting('test.large')::uuid $$;

create function pg_temp.small(n integer) returns uuid language sql stable
as $$ select md5(current_setting('test.large') || n)::uuid $$;

create function pg_temp.sign_up(users integer) returns void language plpgsql
as $$
begin
    perform set_config('test.large', gen_random_uuid()::text, true), set_config('test.users', users::text, true);
    insert into auth.users (id) select pg_temp.small(n) from generate_series(1, users) as n;
    insert into auth.users (id) values (pg_temp.large());
end
$$;

create function pg_temp.document_of(owner uuid) returns uuid language sql immutable
as $$ select md5(owner || '-1')::uuid $$;

-- Inserts rows with words of different frequency: of 800 rows, all contain "every", 100 "common", 10 "middling", 1 "rare".
create function pg_temp.fill(owners uuid[], rows_each integer) returns void language plpgsql
as $$
begin
    insert into public.documents (user_id, id, filename, file_type, file_size, created_at, content_text)
    select
        owner, md5(owner || '-' || n)::uuid, 'name', 'text/plain', 1, now() - interval '10 days' * n / rows_each,
        'every' || case when n % 8 = 0 then ' common' else '' end || case when n % 80 = 0 then ' middling' else '' end
            || case when n % 800 = 0 then ' rare' else '' end
    from unnest(owners) as owner, generate_series(1, rows_each) as n;
    insert into public.document_chunks (user_id, document_id, chunk_index, content)
    select user_id, id, 0, content_text from public.documents where user_id = any (owners);
    insert into public.agent_requests (user_id, agent_type, content, created_at)
    select user_id, 'summary', 'text', created_at from public.documents where user_id = any (owners);
    insert into public.agent_sessions (user_id, created_at)
    select user_id, created_at from public.documents where user_id = any (owners);
    insert into public.usage_events (user_id, event_type, created_at)
    select user_id, 'search', created_at from public.documents where user_id = any (owners);
end
$$;

create function pg_temp.fill_small(users integer, average integer) returns void language sql
as $$ select pg_temp.fill(array(select pg_temp.small(n) from generate_series(1, users) as n), average) $$;

create function pg_temp.fill_large(users integer, average integer) returns void language sql
as $$ select pg_temp.fill(array[pg_temp.large()], users * average / 4) $$;

create function pg_temp.tables() returns setof regclass language sql stable
as $$
    select unnest(array[
        'public.documents', 'public.document_chunks', 'public.agent_requests', 'public.agent_sessions', 'public.usage_events'
    ]::regclass[])
$$;

create function pg_temp.analyze_all() returns void language plpgsql
as $$
begin
    analyze public.documents, public.document_chunks, public.agent_requests, public.agent_sessions, public.usage_events;
end
$$;

-- Cleans the pending lists of the GIN indexes, as VACUUM does. (VACUUM itself cannot be rolled back.)
create function pg_temp.clean_pending() returns void language sql
as $$
    select gin_clean_pending_list('public.documents_user_id_search_vector_idx');
    select gin_clean_pending_list('public.document_chunks_user_id_search_vector_idx');
$$;

create type pg_temp.work as (
    seq_scans bigint, rows_read bigint, index_entries bigint, word_scans bigint, key_scans bigint, time_scans bigint,
    policy_calls bigint
);

-- The functions that policies call, auth.uid() among them. PostgreSQL counts calls of a function in SQL where its body
-- does not take the place of the call, and it does not where the function has a setting.
create function pg_temp.policy_functions() returns setof regprocedure language sql stable
as $$
    select distinct refobjid::regprocedure from pg_depend
    where classid = 'pg_policy'::regclass and refclassid = 'pg_proc'::regclass
$$;

do $$
declare
    called regprocedure;
begin
    set local track_functions = 'all';
    for called in select pg_temp.policy_functions() loop
        execute format('alter function %s set search_path = pg_catalog, pg_temp', called);
    end loop;
end
$$;

create function pg_temp.index_scans(named text) returns bigint language sql volatile
as $$
    select sum(pg_stat_get_xact_numscans(indexrelid)) from pg_index
    where indrelid in (select pg_temp.tables()) and indexrelid::regclass::text like named
$$;

-- Counters of this transaction so far, summed over the tables of the product.
create function pg_temp.work_so_far() returns pg_temp.work language sql volatile
as $$
    select row(
        sum(pg_stat_get_xact_numscans(relation)),
        sum(pg_stat_get_xact_tuples_fetched(relation) + pg_stat_get_xact_tuples_returned(relation)),
        (
            select sum(pg_stat_get_xact_tuples_returned(indexrelid)) from pg_index
            where indrelid in (select pg_temp.tables())
        ),
        pg_temp.index_scans('%search_vector_idx'), pg_temp.index_scans('%pkey'), pg_temp.index_scans('%created_at_idx'),
        (select coalesce(sum(pg_stat_get_xact_function_calls(called)), 0) from pg_temp.policy_functions() as called)
    )::pg_temp.work
    from pg_temp.tables() as relation
$$;

-- Counters of one statement, which runs as the caller.
create function pg_temp.work_of(statement text) returns pg_temp.work language plpgsql
as $$
declare
    before pg_temp.work := pg_temp.work_so_far();
    now_is pg_temp.work;
begin
    execute statement;
    now_is := pg_temp.work_so_far();
    return row(
        now_is.seq_scans - before.seq_scans, now_is.rows_read - before.rows_read,
        now_is.index_entries - before.index_entries, now_is.word_scans - before.word_scans,
        now_is.key_scans - before.key_scans, now_is.time_scans - before.time_scans,
        now_is.policy_calls - before.policy_calls
    )::pg_temp.work;
end
$$;

-- Counters of a call after six calls by other users, when PostgreSQL has chosen its plan. %L is a document of the caller.
create function pg_temp.work_after_others(statement text, caller uuid) returns pg_temp.work language plpgsql
as $$
declare
    other uuid;
begin
    for nth in 1..6 loop
        other := pg_temp.small(1 + nth % current_setting('test.users')::integer);
        perform pg_temp.become(other);
        execute format(statement, pg_temp.document_of(other));
    end loop;
    perform pg_temp.become(caller);
    return pg_temp.work_of(format(statement, pg_temp.document_of(caller)));
end
$$;
