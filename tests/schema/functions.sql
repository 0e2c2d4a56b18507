-- What the functions of the product are and do. Their bodies are reviewed: a change of one shows here as another
-- fingerprint, and whoever changes it looks at what calls it.

begin;
\ir helpers.sql
select plan(96);

create function pg_temp.definition_of(named regprocedure) returns text language sql stable set search_path = ''
as $$
    select pg_catalog.format('(%s) -> %s, %s%s%s, parallel %s, set %s, body %s',
        pg_catalog.pg_get_function_arguments(p.oid),
        pg_catalog.pg_get_function_result(p.oid),
        l.lanname,
        case p.provolatile when 'i' then ' immutable' when 's' then ' stable' else ' volatile' end,
        case when p.proisstrict then ' strict' else '' end,
        case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end,
        pg_catalog.array_to_string(p.proconfig, ' '),
        -- without the indentation and kinds of line end that an editor may change; a line end itself ends a comment
        pg_catalog.md5(pg_catalog.regexp_replace(p.prosrc, '[ \t]*[\r\n]\s*', E'\n', 'g')))
    from pg_catalog.pg_proc p
    join pg_catalog.pg_language l on l.oid = p.prolang
    where p.oid = named
$$;

select is(
    pg_temp.definition_of('private.touch_updated_at()'),
    '() -> trigger, plpgsql volatile, parallel unsafe, set search_path=pg_catalog, pg_temp, body 00d67fb386e7606859fde5c17b8da12b',
    'private.touch_updated_at() is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.create_user_profile()'),
    '() -> trigger, plpgsql volatile, parallel unsafe, set search_path=pg_catalog, pg_temp, body bca9f0dcb8af4baf478b49cfba86bff3',
    'private.create_user_profile() is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.weighted_tsvector(text,"char",text)'),
    '(title text, title_weight "char", body text) -> tsvector, plpgsql immutable, parallel unsafe, set search_path=pg_catalog, pg_temp client_min_messages=warning, body 7db44b302f33ca8a18c0dbd9f6c4397e',
    'private.weighted_tsvector(text,"char",text) is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.search_terms(text)'),
    '(query text) -> tsquery, plpgsql immutable, parallel unsafe, set search_path=pg_catalog, pg_temp client_min_messages=warning, body e9d32a973329ad8770d2b0d54bcae96c',
    'private.search_terms(text) is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.search_headline(text,tsquery)'),
    '(body text, terms tsquery) -> text, plpgsql immutable, parallel safe, set search_path=pg_catalog, pg_temp, body 917588296ff2c7252266d7808734c05d',
    'private.search_headline(text,tsquery) is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.find_documents(tsquery,integer)'),
    '(terms tsquery, max_results integer) -> TABLE(id uuid, rank real), plpgsql stable, parallel unsafe, set search_path=pg_catalog, pg_temp, body d21973d08b22589791cf02f46822452e',
    'private.find_documents(tsquery,integer) is as it was reviewed'
);
select is(
    pg_temp.definition_of('private.find_chunks(tsquery,integer)'),
    '(terms tsquery, max_results integer) -> TABLE(id uuid, rank real), plpgsql stable, parallel unsafe, set search_path=pg_catalog, pg_temp, body 9dc548b8ad630ccacb7a3a12a2aee8e1',
    'private.find_chunks(tsquery,integer) is as it was reviewed'
);
select is(
    pg_temp.definition_of('public.search_documents(text,integer)'),
    '(query text, max_results integer DEFAULT 20) -> TABLE(id uuid, filename text, file_type text, headline text, rank real), plpgsql stable, parallel unsafe, set search_path=pg_catalog, pg_temp, body 6105c3f5c8275ba778e64e174405150a',
    'public.search_documents(text,integer) is as it was reviewed'
);
select is(
    pg_temp.definition_of('public.search_chunks(text,integer)'),
    '(query text, max_results integer DEFAULT 10) -> TABLE(id uuid, document_id uuid, chunk_index integer, section_title text, content text, headline text, rank real), plpgsql stable, parallel unsafe, set search_path=pg_catalog, pg_temp, body 74cc6baee52c2b2ce8acb469f327e48d',
    'public.search_chunks(text,integer) is as it was reviewed'
);

select is(
    pg_temp.definition_of('private.caller_id()'),
    '() -> uuid, plpgsql stable, parallel safe, set search_path=pg_catalog, pg_temp, body e50802a5e8676825452cbde553fca25b',
    'private.caller_id() is as it was reviewed'
);

-- The platform's, on Supabase as here: without a search_path.
select is(
    pg_temp.definition_of('auth.uid()'),
    '() -> uuid, sql stable, parallel unsafe, set , body 6b40265fea797f605a10192a3a119eac',
    'auth.uid() is the platform''s'
);
select is(
    pg_temp.definition_of('auth.role()'),
    '() -> text, sql stable, parallel unsafe, set , body 86dc9f580ca5ea7acdb4f9426345a4c8',
    'auth.role() is the platform''s'
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

-- private.caller_id
create function pg_temp.told(identity text, claims text, older text) returns text language plpgsql
as $$
declare
    answer text;
begin
    perform set_config('request.jwt.claims', claims, true), set_config('request.jwt.claim.sub', older, true);
    execute format('select %s::text', identity) into answer;
    return coalesce(answer, 'null');
exception when others then
    return sqlstate;
end
$$;
select is(
    pg_temp.told('private.caller_id()', claims, older), answer,
    format('private.caller_id() with claims %s and the older claim %L', claims, older)
)
from (values
    ('{"sub": "00000000-0000-4000-8000-00000000000a"}', '', '00000000-0000-4000-8000-00000000000a'),
    ('{"sub": "00000000-0000-4000-8000-00000000000a"}', '00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-00000000000b'),
    ('', '00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-00000000000b'),
    ('', '', 'null'),
    ('{}', '', 'null'),
    ('{"sub": null}', '', 'null'),
    ('{"sub": ""}', '', '22P02'),
    ('{"sub"', '', '22P02')
) told (claims, older, answer);
select is(
    pg_temp.told('private.caller_id()', claims, older), pg_temp.told('auth.uid()', claims, older),
    format('private.caller_id() answers as auth.uid() with claims %L and the older claim %L', claims, older)
)
from unnest(array[
    null, '', '{', '{}', 'null', '[]', '42', '"text"', '{"sub": null}', '{"sub": ""}', '{"sub": 42}', '{"sub": {}}',
    '{"sub": "{00000000-0000-4000-8000-00000000000A}"}', '[{"sub": "00000000-0000-4000-8000-00000000000a"}]'
]) claims
cross join unnest(array[null, '', 'x', '00000000-0000-4000-8000-00000000000b']) older;
select set_config('request.jwt.claims', '', true), set_config('request.jwt.claim.sub', '', true);

-- private.touch_updated_at
insert into public.agent_sessions (user_id, created_at, updated_at)
values (pg_temp.account(), '2020-01-01', '2020-01-01');
update public.agent_sessions set updated_at = '2010-01-01' where user_id = pg_temp.account();
select cmp_ok(
    (select updated_at from public.agent_sessions where user_id = pg_temp.account()),
    '>=', now(),
    'a change sets updated_at to the current time, whatever was asked for'
);
select set_config('test.before', (select updated_at::text from public.agent_sessions where user_id = pg_temp.account()), true);
update public.agent_sessions set context_state = '{"step": 2}' where user_id = pg_temp.account();
select cmp_ok(
    (select updated_at from public.agent_sessions where user_id = pg_temp.account()),
    '>', current_setting('test.before')::timestamptz,
    'two changes of one transaction have different times'
);
delete from public.agent_sessions where user_id = pg_temp.account();
insert into public.agent_sessions (user_id, updated_at) values (pg_temp.account(), '2999-01-01');
update public.agent_sessions set context_state = '{"step": 3}' where user_id = pg_temp.account();
select is(
    (select updated_at from public.agent_sessions where user_id = pg_temp.account()), '2999-01-01'::timestamptz,
    'updated_at never goes backwards, even where the clock did'
);

-- private.weighted_tsvector, through the columns it fills
insert into public.documents (id, user_id, filename, file_type, file_size, content_text)
values ('00000000-0000-4000-8000-000000000001', pg_temp.account(), 'meeting-notes.md', 'text/markdown', 1, 'Ships of oak');
select is(
    (select search_vector from public.documents where user_id = pg_temp.account()),
    '''md'':4A ''meet'':2A ''meeting-notes.md'':1A ''note'':3A ''oak'':7C ''ship'':5C'::tsvector,
    'a document is found by its filename (weight A) and its text (weight C)'
);
update public.documents set content_text = 'Trees' where user_id = pg_temp.account();
select ok(
    (select search_vector @@ 'tree' and not search_vector @@ 'ship' from public.documents where user_id = pg_temp.account()),
    'the search vector follows the text'
);
insert into public.document_chunks (user_id, document_id, chunk_index, section_title, content)
values (pg_temp.account(), '00000000-0000-4000-8000-000000000001', 0, 'Hulls', 'Oak');
select is(
    (select search_vector from public.document_chunks where user_id = pg_temp.account()),
    '''hull'':1B ''oak'':2C'::tsvector,
    'a chunk is found by its section_title (weight B) and its content (weight C)'
);
select lives_ok(
    format(
        $$update public.documents set content_text = 'first ' || (select string_agg(n || repeat('é', 1000), ' ') from generate_series(1, 600) n)
          where user_id = %L$$, pg_temp.account()
    ),
    'a text whose words are more than a tsvector holds is stored'
);
select ok(
    (select search_vector @@ 'first' from public.documents where user_id = pg_temp.account()),
    'such a text is found by the words of its beginning'
);

-- private.search_terms
select is(private.search_terms('"oak ships" or tree -hull'), '''oak'' <-> ''ship'' | ''tree'' & !''hull'''::tsquery, 'a query is read in web search syntax');
select is(private.search_terms(query)::text, '', format('the query %L has no words and raises nothing', query))
from unnest(array['', 'the', '"', '((', ':*&|!', E'\\']) query;
select is(private.search_terms(null), null, 'no query, no words');
select lives_ok($$select private.search_terms(repeat('word ', 1000000))$$, 'a very long query raises nothing');

-- private.search_headline
select is(
    private.search_headline('<script>alert("1")</script> & ''oak''', 'oak'),
    '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;<mark>oak</mark>&#39;',
    'a headline marks the matches and escapes all other HTML'
);

select * from finish();
rollback;
