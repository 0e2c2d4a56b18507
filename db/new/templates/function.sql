-- migrate:up

-- Describe what the function is for, and who calls it.

create function schema_name.example(query text) returns integer
    language plpgsql
    stable
    security invoker
    parallel safe
    set search_path = pg_catalog, pg_temp
as $$
begin
    return char_length(query);
end
$$;

comment on function schema_name.example(text) is 'What it returns, and what its caller may rely on.';

revoke all on function schema_name.example(text) from public, anon, authenticated, service_role;

grant execute on function schema_name.example(text) to authenticated;

-- migrate:down

drop function schema_name.example(text);
