-- Written by "make accept" from the migrated database: review what changed, do not edit.
-- The functions: another fingerprint means another body, so review its callers.

begin;
\ir helpers.sql
select plan(16);

select is(
    pg_temp.definition_of('private.caller_id()'),
    '() -> uuid, plpgsql stable, parallel safe, set search_path=pg_catalog, pg_temp, body e50802a5e8676825452cbde553fca25b',
    'private.caller_id() is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.create_user_profile()'),
    '() -> trigger, plpgsql volatile, parallel unsafe, set search_path=pg_catalog, pg_temp, body bca9f0dcb8af4baf478b49cfba86bff3',
    'private.create_user_profile() is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.find_chunks(tsquery,integer)'),
    '(terms tsquery, max_results integer) -> TABLE(id uuid, rank real), plpgsql stable, parallel unsafe, set search_path=pg_catalog, pg_temp plan_cache_mode=force_generic_plan enable_seqscan=off enable_indexscan=off enable_bitmapscan=on random_page_cost=0 cpu_index_tuple_cost=0 cpu_operator_cost=0, body 70365f0b01fd38b3b1ca4eee6188e220',
    'private.find_chunks(tsquery,integer) is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.find_documents(tsquery,integer)'),
    '(terms tsquery, max_results integer) -> TABLE(id uuid, rank real), plpgsql stable, parallel unsafe, set search_path=pg_catalog, pg_temp plan_cache_mode=force_generic_plan enable_seqscan=off enable_indexscan=off enable_bitmapscan=on random_page_cost=0 cpu_index_tuple_cost=0 cpu_operator_cost=0, body 1123a7e78a48ded96c0d59d8cb3074ea',
    'private.find_documents(tsquery,integer) is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.fold_text(text)'),
    '(original text) -> text, plpgsql immutable, parallel safe, set search_path=pg_catalog, pg_temp, body 77ebda39e734ca5f95c5e192a30d5726',
    'private.fold_text(text) is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.search_headline(text,tsquery)'),
    '(body text, terms tsquery) -> text, plpgsql immutable, parallel safe, set search_path=pg_catalog, pg_temp, body faa89710db921eca5066216a59ca19a6',
    'private.search_headline(text,tsquery) is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.search_terms(text)'),
    '(query text) -> tsquery, plpgsql immutable, parallel unsafe, set search_path=pg_catalog, pg_temp client_min_messages=warning, body b21e27fb386f1b55d32161476358b1d8',
    'private.search_terms(text) is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.search_text(text)'),
    '(original text) -> text, plpgsql immutable, parallel safe, set search_path=pg_catalog, pg_temp, body 4db32926e897a6a5e6ebe3f6eeaabc52',
    'private.search_text(text) is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.touch_updated_at()'),
    '() -> trigger, plpgsql volatile, parallel unsafe, set search_path=pg_catalog, pg_temp, body 00d67fb386e7606859fde5c17b8da12b',
    'private.touch_updated_at() is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.weighted_tsvector(text,"char",text)'),
    '(title text, title_weight "char", body text) -> tsvector, plpgsql immutable, parallel unsafe, set search_path=pg_catalog, pg_temp client_min_messages=warning, body c79b72d68014056bc5f705f48e813cca',
    'private.weighted_tsvector(text,"char",text) is as it was reviewed'
);
select is(
    pg_temp.definition_of('public.search_chunks(text,integer)'),
    '(query text, max_results integer DEFAULT 10) -> TABLE(id uuid, document_id uuid, chunk_index integer, section_title text, content text, headline text, rank real), plpgsql stable, parallel unsafe, set search_path=pg_catalog, pg_temp plan_cache_mode=force_generic_plan enable_seqscan=off random_page_cost=0 cpu_index_tuple_cost=1 cpu_operator_cost=0, body 9cc17b2e171a326df1c559fcda090b67',
    'public.search_chunks(text,integer) is as it was reviewed'
);
select is(
    pg_temp.definition_of('public.search_documents(text,integer)'),
    '(query text, max_results integer DEFAULT 20) -> TABLE(id uuid, filename text, file_type text, headline text, rank real), plpgsql stable, parallel unsafe, set search_path=pg_catalog, pg_temp plan_cache_mode=force_generic_plan enable_seqscan=off random_page_cost=0 cpu_index_tuple_cost=1 cpu_operator_cost=0, body aff3c1f1a6c8ae7d3d0243a82677e5ea',
    'public.search_documents(text,integer) is as it was reviewed'
);
select is(
    pg_temp.definition_of('auth.email()'),
    '() -> text, sql stable, parallel unsafe, set , body cd0696b97b346dfa8a5e6f7cb40aeb99',
    'auth.email() is the platform''s'
);
select is(
    pg_temp.definition_of('auth.jwt()'),
    '() -> jsonb, sql stable, parallel unsafe, set , body 700142bd905425d2a2257ecf0c3dc4dd',
    'auth.jwt() is the platform''s'
);
select is(
    pg_temp.definition_of('auth.role()'),
    '() -> text, sql stable, parallel unsafe, set , body 86dc9f580ca5ea7acdb4f9426345a4c8',
    'auth.role() is the platform''s'
);
select is(
    pg_temp.definition_of('auth.uid()'),
    '() -> uuid, sql stable, parallel unsafe, set , body 6b40265fea797f605a10192a3a119eac',
    'auth.uid() is the platform''s'
);

select * from finish();
rollback;
