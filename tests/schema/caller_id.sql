-- private.caller_id() always returns the same as auth.uid().

begin;
\ir helpers.sql
select plan(64);

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

select * from finish();
rollback;
