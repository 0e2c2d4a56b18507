-- Made by "make sum" from migrations/20261128110000_search_beginnings_of_identifiers.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- The beginning of a name's last part is found: "snake_ca*", "src/sea*", "ana@exam*". Until now an asterisk counted only after
-- letters and digits that follow a blank, so these queries asked for the whole word "ca". Rows and indexes stay as they are.

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
    -- What is being typed, marked with an asterisk: letters and digits alone, so that it is one word to tsquery too. Earlier parts of
    -- its name may precede it, such as "snake_" in "snake_ca*". Digits after a point are not taken apart: "1.2" is one word.
    typed text[] := regexp_match(words, '(?:^|\s)([[:alnum:]][[:alnum:]_./@:-]*(?:_|[./@:-](?=[[:alpha:]])))?([[:alnum:]]+)\*\s*$');
    begun text := lower(typed[2]);
    names text;
    terms tsquery;
    ending tsquery;
begin
    if begun ~ '[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]' then
        begun := null;
    end if;
    if begun is not null then
        words := regexp_replace(words, '\S+\*\s*$', '') || translate(coalesce(typed[1], ''), '_./@:-', '      ');
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
