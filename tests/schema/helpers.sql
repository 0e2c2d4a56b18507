-- Included by the files of this folder (`\ir helpers.sql`): the parts of a table, one readable line each.
-- Names are qualified in every line, because these functions have an empty search_path.

create function pg_temp.columns_of(relation regclass) returns setof text language sql stable set search_path = ''
as $$
    select pg_catalog.concat_ws(' ',
        a.attname,
        pg_catalog.format_type(a.atttypid, a.atttypmod),
        case when a.attcollation <> t.typcollation then pg_catalog.format('collate %s', a.attcollation::pg_catalog.regcollation) end,
        case when a.attnotnull then 'not null' end,
        case when a.attidentity <> '' then 'generated as identity' end,
        case when a.attgenerated = 's' then 'generated always as (' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ') stored' end,
        case when a.attgenerated = 'v' then 'generated always as (' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ') virtual' end,
        case when a.attgenerated = '' then 'default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) end
    )
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = relation
        and a.attnum > 0
        and not a.attisdropped
    order by a.attnum
$$;

-- Without not-null constraints, which PostgreSQL 18 also lists; they are shown with the columns.
create function pg_temp.constraints_of(relation regclass) returns setof text language sql stable set search_path = ''
as $$
    select pg_catalog.format('%s %s', conname, pg_catalog.pg_get_constraintdef(oid))
    from pg_catalog.pg_constraint
    where conrelid = relation
        and (contype <> 'n' or not convalidated)
    order by conname
$$;

create function pg_temp.indexes_of(relation regclass) returns setof text language sql stable set search_path = ''
as $$
    select pg_catalog.pg_get_indexdef(indexrelid) || case when indisvalid and indisready and indislive then '' else ' (not valid)' end
    from pg_catalog.pg_index
    join pg_catalog.pg_class on pg_class.oid = indexrelid
    where indrelid = relation
    order by relname
$$;

create function pg_temp.triggers_of(relation regclass) returns setof text language sql stable set search_path = ''
as $$
    select pg_catalog.pg_get_triggerdef(oid)
    from pg_catalog.pg_trigger
    where tgrelid = relation
        and not tgisinternal
    order by tgname
$$;

-- The table's own triggers, and the triggers of foreign keys on both tables.
create function pg_temp.triggers_not_firing(relation regclass) returns setof text language sql stable set search_path = ''
as $$
    select pg_catalog.format('%s on %s', tgname, tgrelid::pg_catalog.regclass)
    from pg_catalog.pg_trigger
    where (tgrelid = relation or tgconstrrelid = relation)
        and tgenabled <> 'O'
$$;

create function pg_temp.policies_of(relation regclass) returns setof text language sql stable set search_path = ''
as $$
    select pg_catalog.format('%s %s for %s to %s',
        case when polpermissive then 'permissive' else 'restrictive' end,
        polname,
        case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
        (
            select pg_catalog.string_agg(case when role = 0 then 'public' else pg_catalog.pg_get_userbyid(role)::text end, ', ')
            from pg_catalog.unnest(polroles) role
        ))
    from pg_catalog.pg_policy
    where polrelid = relation
    order by polname
$$;

-- The properties of a function that matter to its callers, and a fingerprint of its body.
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
        -- ignores indentation and kinds of line end, which an editor may change; line ends are kept, because they end comments
        pg_catalog.md5(pg_catalog.regexp_replace(p.prosrc, '[ \t]*[\r\n]\s*', E'\n', 'g')))
    from pg_catalog.pg_proc p
    join pg_catalog.pg_language l on l.oid = p.prolang
    where p.oid = named
$$;

-- The trimmed lines of a text.
create function pg_temp.lines(body text) returns text[] language sql immutable
as $$ select array(select btrim(line) from regexp_split_to_table(body, E'\n') line where btrim(line) <> '') $$;

-- Runs a statement that must fail; returns its SQLSTATE, and the violated constraint or column.
create function pg_temp.violated(statement text) returns text language plpgsql
as $$
declare
    part_name text;
    its_column text;
begin
    execute statement;
    return 'nothing';
exception when others then
    get stacked diagnostics part_name = constraint_name, its_column = column_name;
    return concat_ws(' ', sqlstate, nullif(part_name, ''), nullif(its_column, ''));
end
$$;

-- An account to which rows can refer.
create function pg_temp.account() returns uuid language sql stable
as $$ select current_setting('test.account')::uuid $$;

do $$
begin
    perform set_config('test.account', gen_random_uuid()::text, true);
end
$$;

insert into auth.users (id) values (pg_temp.account());
