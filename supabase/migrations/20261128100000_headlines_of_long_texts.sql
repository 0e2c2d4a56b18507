-- Made by "make sum" from migrations/20261128100000_headlines_of_long_texts.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- Headlines of long texts. A text was normalized twice and read twice where it had no match, and a text of 10 MB took
-- seconds. Now text without accents is not normalized, a piece that cannot have a match is passed over, and of a match of
-- one word only the surroundings are read. docs/decisions/0029 has the figures. The vectors stay as they are.

create or replace function private.fold_text(original text) returns text
    language plpgsql
    immutable
    security invoker
    parallel safe
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- Most text beyond ASCII has dashes and emoji, which stay as they are: normalization takes ten times as long as this.
    if octet_length(original) = char_length(original) or original !~ '[\u00c0-\u1fff\u2000\u2001\u20d0-\u20ff\u2126-\u212b\u219a\u219b\u21ae\u21cd-\u21cf\u2204-\u22ed\u2329\u232a\u2adc\u2c00-\u2dff\u302a-\u302f\u3099\u309a\ua640-\uabff\uf900-\ufb4f\ufe20-\ufe2f\U00010000-\U0001efff\U0002f800-\U0002fa1f]' then
        return original;
    end if;
    return normalize(regexp_replace(normalize(original, NFD), '[\u0300-\u036f]+', '', 'g'), NFC);
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
    -- A very long text is looked at in pieces, until one has a match. Of a match of one word its surroundings will do.
    piece_size constant integer := 100000;
    near_size constant integer := 1200;
    -- They stand for <mark> and </mark> until the text is escaped, and for a place where a name is cut.
    mark constant text := chr(2);
    unmark constant text := chr(3);
    cut constant text := chr(4);
    options constant text := 'MaxWords=35, MinWords=15, StartSel=' || mark || ', StopSel=' || unmark;
    joined constant text := '[[:alnum:]_.@/:''’-]*';
    -- What may be marked, as it is indexed.
    stems constant text[] := array(
        select substring(quoted[1] from '^[^''\\]*') from regexp_matches(querytree(terms), '''((?:''''|[^''])*)''', 'g') as quoted
    );
    -- A stem begins as its word does, but for two letters: sky of skies.
    beginnings constant text[] := array(
        select left(stem, greatest(char_length(stem) - 2, 1)) from unnest(stems) as stem
    );
    place integer := 1;
    piece text;
    lowered text;
    first integer;
    views text[];
    view text;
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
    -- Once out of its compressed form, not again for each piece.
    body := body || '';
    <<pieces>>
    loop
        piece := substr(body, place, piece_size);
        exit when piece = '';
        if char_length(piece) = piece_size then
            -- never in the middle of a word, where there is an end of one
            part := substring(right(piece, near_size) from '\S*$');
            if char_length(part) < near_size then
                piece := left(piece, piece_size - char_length(part));
            end if;
        end if;
        place := place + char_length(piece);
        lowered := lower(piece);
        first := strpos(lowered, stems[1]);
        if cardinality(stems) = 1 and first > 0 and char_length(piece) > near_size then
            start := greatest(first - near_size / 4, 1);
            -- whole words
            view := substring(
                substr(piece, start, near_size)
                from case when start > 1 then '\s.*' else '^.*' end
                    || case when start + near_size <= char_length(piece) then '\s' else '$' end
            );
            views := array_remove(array[view, piece], null);
        else
            views := array[piece];
            if not exists (select from unnest(beginnings) as beginning where strpos(lowered, beginning) > 0) then
                lowered := lower(private.fold_text(piece));
                if not exists (select from unnest(beginnings) as beginning where strpos(lowered, beginning) > 0) then
                    -- Nothing of it can be marked: it may be shown for its beginning.
                    continue when source is not null;
                    views := array[left(piece, 1000)];
                end if;
            end if;
        end if;
        for number in 1 .. cardinality(views) loop
            view := views[number];
            -- As it is indexed, and as long as it is, so that a place in one is the place in the other.
            plain := private.fold_text(view);
            if plain <> view then
                view := normalize(view, NFC);
                if char_length(plain) <> char_length(view) then
                    plain := view;
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
            if strpos(passage, mark) > 0 or source is null and number = cardinality(views) then
                source := view;
                shown := replace(passage, unmark || mark, '');
                start := greatest(strpos(plain, translate(shown, mark || unmark, '')), 1);
            end if;
            exit pieces when strpos(shown, mark) > 0;
        end loop;
        exit when beginnings = '{}';
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

-- The second gate looks its rows up by key without these two as well: tests/plans/ counts the same with and without them.

alter function public.search_documents(text, integer) reset enable_indexscan;
alter function public.search_documents(text, integer) reset enable_bitmapscan;
alter function public.search_chunks(text, integer) reset enable_indexscan;
alter function public.search_chunks(text, integer) reset enable_bitmapscan;
