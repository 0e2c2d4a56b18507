-- Made by "make sum" from migrations/20261128090000_search_words_as_typed.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- What people type is found as they type it: `cafe` finds `café`, `load cache` finds `explorer.clearLoadCache()`, a word
-- of a Chinese sentence finds the sentence, and `migr*` finds `migrations`. The index has the text without accents, and
-- beside it the parts of names and each character of scripts without blanks. docs/decisions/0029 has what was measured.

create function private.fold_text(original text) returns text
    language plpgsql
    immutable
    security invoker
    parallel safe
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- Accents are beyond ASCII.
    if octet_length(original) = char_length(original) then
        return original;
    end if;
    return normalize(regexp_replace(normalize(original, NFD), '[\u0300-\u036f]+', '', 'g'), NFC);
end
$$;

comment on function private.fold_text(text) is 'The text without accents: ä becomes a, é becomes e. Letters that are no accented ones, such as ß, stay.';

revoke all on function private.fold_text(text) from public, anon, authenticated, service_role;
grant execute on function private.fold_text(text) to authenticated, service_role;

create function private.search_text(original text) returns text
    language plpgsql
    immutable
    security invoker
    parallel safe
    set search_path = pg_catalog, pg_temp
as $$
declare
    body text := original;
    parts text;
begin
    -- Accents are beyond ASCII, and so are Han and Kana: their sentences have no blanks, so each character is a word.
    if octet_length(body) <> char_length(body) then
        body := regexp_replace(private.fold_text(body), '([\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])', ' \1 ', 'g');
    end if;
    -- The parser takes a path, a host or an address for one word: src/parser.ts, example.com, ada@example.com. Most text
    -- has none of these. What is in a URL stays one word.
    if body ~ '[[:alnum:]][./@:][[:alnum:]]|[[:lower:]][[:upper:]]' then
        select string_agg(
            regexp_replace(translate(matched[1], './@:', '    '), '([[:lower:][:digit:]])([[:upper:]])', '\1 \2', 'g'), ' '
        ) into parts
        from regexp_matches(
            body,
            '(?<![/:.[:alnum:]])[[:alpha:]][[:alnum:]_-]*(?:[./@:][[:alnum:]_-]+)+|[[:alpha:]]*[[:lower:]][[:upper:]][[:alnum:]]*',
            'g'
        ) as matched;
        return concat_ws(' ', body, parts);
    end if;
    return body;
end
$$;

comment on function private.search_text(text) is
    'What is indexed of a text: without accents, and beside it the parts of names (paths, addresses, camelCase); each Chinese or Japanese character is a word.';

revoke all on function private.search_text(text) from public, anon, authenticated, service_role;
grant execute on function private.search_text(text) to authenticated, service_role;

create or replace function private.weighted_tsvector(title text, title_weight "char", body text) returns tsvector
    language plpgsql
    immutable
    security invoker
    -- an exception block is a subtransaction, which parallel queries cannot have
    parallel unsafe
    set search_path = pg_catalog, pg_temp
    -- Words over 2,047 bytes are left out with a NOTICE each; a file of them would flood the client.
    set client_min_messages = warning
as $$
declare
    head tsvector := setweight(to_tsvector('english', private.search_text(coalesce(title, ''))), title_weight);
    fitting text := coalesce(body, '');
begin
    loop
        begin
            return head || setweight(to_tsvector('english', private.search_text(fitting)), 'C');
        exception when program_limit_exceeded then
            fitting := left(fitting, char_length(fitting) / 2);
        end;
    end loop;
end
$$;

create or replace function private.search_terms(query text) returns tsquery
    language plpgsql
    immutable
    security invoker
    -- an exception block is a subtransaction, which parallel queries cannot have
    parallel unsafe
    set search_path = pg_catalog, pg_temp
    set client_min_messages = warning
as $$
declare
    -- A query is a few words; a very long one would raise "tsquery is too large".
    words text := private.fold_text(left(query, 1000));
    -- What is being typed, marked with an asterisk: letters and digits alone, so that it is one word to tsquery too.
    begun text := lower(substring(words from '(?:^|\s)([[:alnum:]]+)\*\s*$'));
    names text;
    terms tsquery;
    ending tsquery;
begin
    if begun ~ '[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]' then
        begun := null;
    end if;
    if begun is not null then
        words := regexp_replace(words, '[[:alnum:]]+\*\s*$', '');
        ending := (begun || ':*')::tsquery;
        -- The index has stems: of "migrations" it has "migrat", which "migratio" is no beginning of.
        for size in greatest(char_length(begun) - 6, 4) .. char_length(begun) - 1 loop
            ending := ending || left(begun, size)::tsquery;
        end loop;
    end if;
    -- Each character is a word in the index, so several are a phrase.
    if strpos(words, '"') = 0 then
        words := regexp_replace(words, '([\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{2,})', '"\1"', 'g');
    end if;
    words := regexp_replace(words, '([\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])', ' \1 ', 'g');
    names := regexp_replace(words, '([[:alnum:]])[./@:]+(?=[[:alpha:]])', '\1 ', 'g');
    names := regexp_replace(names, '([[:lower:][:digit:]])([[:upper:]])', '\1 \2', 'g');
    begin
        terms := websearch_to_tsquery('english', words);
        if names <> words then
            terms := terms || websearch_to_tsquery('english', names);
        end if;
    exception when internal_error then
        -- A dash negates what follows; a rule of 32 of them raises "tsquery stack too small".
        terms := plainto_tsquery('english', words);
    end;
    return case when ending is null then terms when numnode(terms) = 0 then ending else terms && ending end;
end
$$;

comment on function private.search_terms(text) is
    'The query as a tsquery, in web search syntax; an asterisk at its end asks for words that begin so. Never raises. Read from its first 1,000 characters.';

create or replace function private.find_documents(terms tsquery, max_results integer) returns table (id uuid, rank real)
    language plpgsql
    stable
    security definer
    rows 20
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set enable_indexscan = off
    set enable_bitmapscan = on
    set random_page_cost = 0
    set cpu_index_tuple_cost = 0
    set cpu_operator_cost = 0
as $$
declare
    caller pg_catalog.uuid := private.caller_id();
begin
    if pg_catalog.querytree(terms) = 'T' or pg_catalog.strpos(terms::pg_catalog.text, ':*') > 0 then
        -- No word that must be there, or the beginning of one: GIN would read the words of everybody. So the caller's rows are.
        return query
            select documents.id, pg_catalog.ts_rank('{0.1, 0.05, 0.5, 1}', documents.search_vector, terms) as rank
            from public.documents
            where documents.user_id = caller
                and (documents.search_vector @@ terms) is true
            order by rank desc, documents.id
            limit max_results;
    else
        return query
            select documents.id, pg_catalog.ts_rank('{0.1, 0.05, 0.5, 1}', documents.search_vector, terms) as rank
            from public.documents
            where documents.user_id = caller
                and documents.search_vector @@ terms
            order by rank desc, documents.id
            limit max_results;
    end if;
end
$$;

create or replace function private.find_chunks(terms tsquery, max_results integer) returns table (id uuid, rank real)
    language plpgsql
    stable
    security definer
    rows 10
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set enable_indexscan = off
    set enable_bitmapscan = on
    set random_page_cost = 0
    set cpu_index_tuple_cost = 0
    set cpu_operator_cost = 0
as $$
declare
    caller pg_catalog.uuid := private.caller_id();
begin
    if pg_catalog.querytree(terms) = 'T' or pg_catalog.strpos(terms::pg_catalog.text, ':*') > 0 then
        -- No word that must be there, or the beginning of one: GIN would read the words of everybody. So the caller's rows are.
        return query
            select document_chunks.id, pg_catalog.ts_rank('{0.1, 0.05, 0.5, 1}', document_chunks.search_vector, terms) as rank
            from public.document_chunks
            where document_chunks.user_id = caller
                and (document_chunks.search_vector @@ terms) is true
            order by rank desc, document_chunks.id
            limit max_results;
    else
        return query
            select document_chunks.id, pg_catalog.ts_rank('{0.1, 0.05, 0.5, 1}', document_chunks.search_vector, terms) as rank
            from public.document_chunks
            where document_chunks.user_id = caller
                and document_chunks.search_vector @@ terms
            order by rank desc, document_chunks.id
            limit max_results;
    end if;
end
$$;

create or replace function private.search_headline(body text, terms tsquery) returns text
    language plpgsql
    immutable
    security invoker
    parallel safe
    set search_path = pg_catalog, pg_temp
as $$
declare
    -- A very long text is looked at in pieces, until one has a match.
    piece_size constant integer := 100000;
    -- They stand for <mark> and </mark> until the text is escaped, and for a place where a name is cut.
    mark constant text := chr(2);
    unmark constant text := chr(3);
    cut constant text := chr(4);
    options constant text := 'MaxWords=35, MinWords=15, StartSel=' || mark || ', StopSel=' || unmark;
    joined constant text := '[[:alnum:]_.@/:''’-]*';
    place integer := 1;
    piece text;
    plain text;
    passage text;
    source text;
    shown text;
    start integer;
    part text;
    is_match boolean := false;
    headline text := '';
begin
    if body is null or terms is null then
        return null;
    end if;
    if octet_length(body) <> char_length(body) then
        body := normalize(body, NFC);
    end if;
    loop
        piece := substr(body, place, piece_size);
        exit when piece = '';
        if char_length(piece) = piece_size then
            -- never in the middle of a word, where there is an end of one
            piece := coalesce(substring(piece from '^.*\s'), piece);
        end if;
        place := place + char_length(piece);
        -- As it is indexed, and as long as it is, so that a place in one is the place in the other.
        plain := piece;
        if octet_length(piece) <> char_length(piece) then
            plain := private.fold_text(piece);
            if char_length(plain) <> char_length(piece) then
                plain := piece;
            end if;
        end if;
        plain := regexp_replace(plain, '[<>&' || mark || unmark || cut || ']', ' ', 'g');
        passage := ts_headline('english', plain, terms, options);
        if strpos(passage, mark) = 0 then
            -- The parts of names, and of sentences without blanks.
            plain := regexp_replace(plain, '[./@:_]', ' ', 'g');
            passage := replace(ts_headline(
                'english',
                regexp_replace(
                    regexp_replace(plain, '([[:lower:][:digit:]])([[:upper:]])', '\1' || cut || '\2', 'g'),
                    '([\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])', '\1' || cut, 'g'
                ),
                terms, options
            ), cut, '');
        end if;
        if source is null or strpos(passage, mark) > 0 then
            source := piece;
            shown := replace(passage, unmark || mark, '');
            start := greatest(strpos(plain, translate(shown, mark || unmark, '')), 1);
        end if;
        exit when strpos(shown, mark) > 0;
    end loop;
    if source is null then
        return body;
    end if;
    -- The same passage of the text as it was written, with the words at its ends whole.
    headline := coalesce(substring(right(left(source, start - 1), 200) from joined || '$'), '');
    if char_length(headline) = 200 then
        headline := '';
    end if;
    foreach part in array regexp_split_to_array(shown, '[' || mark || unmark || ']') loop
        headline := headline || case when is_match then mark else '' end
            || translate(substr(source, start, char_length(part)), mark || unmark || cut, '')
            || case when is_match then unmark else '' end;
        start := start + char_length(part);
        is_match := not is_match;
    end loop;
    part := coalesce(substring(substr(source, start, 200) from '^' || joined), '');
    if char_length(part) < 200 then
        headline := headline || part;
    end if;
    -- Escaped, so that it can be shown as it is.
    headline := replace(headline, '&', '&amp;');
    headline := replace(headline, '<', '&lt;');
    headline := replace(headline, '>', '&gt;');
    headline := replace(headline, '"', '&quot;');
    headline := replace(headline, '''', '&#39;');
    return replace(replace(headline, mark, '<mark>'), unmark, '</mark>');
end
$$;

comment on function private.search_headline(text, tsquery) is
    'A passage of the text with the matches in <mark>, words whole; all other HTML is escaped.';

comment on function public.search_documents(text, integer) is
    'The caller''s own documents that match, best first, with a headline (HTML, matches in <mark>). Web search syntax; an asterisk at the end asks for words that begin so; max_results is held to 1..100. A query without words finds nothing.';
comment on function public.search_chunks(text, integer) is
    'The caller''s own chunks that match, best first, with a headline (HTML, matches in <mark>). Web search syntax; an asterisk at the end asks for words that begin so; max_results is held to 1..100. A query without words finds nothing.';

-- Rows that are there already. Their owners did not change them: updated_at stays.

update public.document_chunks
set content = content
where private.search_text(content) <> content or private.search_text(section_title) <> section_title;

alter table public.documents disable trigger documents_touch_updated_at;

update public.documents
set content_text = content_text
where private.search_text(filename) <> filename or private.search_text(content_text) <> content_text;

alter table public.documents enable trigger documents_touch_updated_at;
