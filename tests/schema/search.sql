-- The functions of search, and the columns that they fill.

begin;
\ir helpers.sql
select plan(15);

-- private.weighted_tsvector, through the columns it fills
insert into public.documents (id, user_id, filename, file_type, file_size, content_text)
values ('00000000-0000-4000-8000-000000000001', pg_temp.account(), 'meeting-notes.md', 'text/markdown', 1, 'Ships of oak');
select is(
    (select search_vector from public.documents where user_id = pg_temp.account()),
    '''md'':4A,8A ''meet'':2A,6A ''meeting-not'':5A ''meeting-notes.md'':1A ''note'':3A,7A ''oak'':11C ''ship'':9C'::tsvector,
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
select is(private.search_terms(query)::text, '', format('the query %L has no words and raises no error', query))
from unnest(array['', 'the', '"', '((', ':*&|!', E'\\']) query;
select is(private.search_terms(null), null, 'no query, no words');
select lives_ok($$select private.search_terms(repeat('word ', 1000000))$$, 'a very long query raises no error');

-- private.search_headline
select is(
    private.search_headline('<script>alert("1")</script> & ''oak''', 'oak'),
    '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;<mark>oak</mark>&#39;',
    'a headline marks the matches and escapes all other HTML'
);

select * from finish();
rollback;
