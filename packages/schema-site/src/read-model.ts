import type pg from 'pg'
import { readCatalog } from 'type-contract/catalog.ts'
import type { Model } from './model.ts'

/** Which part of a database to read. */
export interface Scope {
  /** The schema whose tables are shown. */
  schema: string
  /** Schemas whose functions are shown. */
  functions: readonly string[]
  /** Roles whose access is shown. */
  roles: readonly string[]
}

/** Reads the content of the site from one snapshot of the catalog. */
export async function readModel(client: pg.Client, { schema, functions, roles }: Scope): Promise<Model> {
  await client.query('begin isolation level repeatable read read only')
  try {
    const { rows } = await client.query<{ answer: Omit<Model, 'catalog'> }>(SQL, [schema, functions, roles])
    const read = rows[0]?.answer
    if (!read) throw new Error('the catalog gave no answer')
    const catalog = read.tables.length > 0 ? await readCatalog(client, { schema, roles }) : undefined
    return { ...read, catalog }
  } finally {
    await client.query('rollback')
  }
}

const SQL = `
with role as (
    select oid, rolname as name, rolbypassrls or rolsuper as bypasses
    from pg_roles
    where rolname = any ($3::text[])
), relation as (
    select c.oid, n.nspname, c.relname, c.relkind, c.relrowsecurity, c.reloptions, c.relacl, c.relowner
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
), attribute as (
    select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated, a.attidentity, a.attacl, d.oid as default_oid, d.adbin
    from relation
    join pg_attribute a on a.attrelid = relation.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
), grantee as (
    select relation.oid as relation, acl.grantee, lower(acl.privilege_type) as privilege, null::name as attname, 0 as attnum
    from relation, aclexplode(relation.relacl) acl
    union all
    select attribute.attrelid, acl.grantee, lower(acl.privilege_type), attribute.attname, attribute.attnum
    from attribute, aclexplode(attribute.attacl) acl
)
select jsonb_build_object(
    'tables', coalesce((select jsonb_agg(jsonb_build_object(
        'schema', relation.nspname,
        'name', relation.relname,
        'kind', case when relation.relkind in ('v', 'm') then 'view' else 'table' end,
        'comment', obj_description(relation.oid, 'pg_class'),
        'rls', relation.relrowsecurity or coalesce((
            select option_value::boolean from pg_options_to_table(relation.reloptions) where option_name = 'security_invoker'
        ), false),
        'columns', coalesce((
            select jsonb_agg(jsonb_build_object(
                'name', attname,
                'type', format_type(atttypid, atttypmod),
                'nullable', not attnotnull,
                'default', case when attidentity <> '' then 'identity' when attgenerated = '' then pg_get_expr(adbin, attrelid) end,
                'generated', case when attgenerated <> '' then pg_get_expr(adbin, attrelid) end
            ) order by attnum)
            from attribute where attrelid = relation.oid
        ), '[]'),
        'constraints', coalesce((
            select jsonb_agg(jsonb_build_object(
                'name', conname,
                'definition', pg_get_constraintdef(k.oid),
                'kind', case contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key' when 'c' then 'check' else 'exclusion' end,
                'columns', coalesce((
                    select jsonb_agg(attname order by place)
                    from unnest(k.conkey) with ordinality as part (number, place)
                    join attribute on attrelid = k.conrelid and attnum = part.number
                ), '[]'),
                'references', case when contype = 'f' then jsonb_build_object(
                    'schema', target.relnamespace::regnamespace::text,
                    'table', target.relname,
                    'columns', (
                        select jsonb_agg(attname order by place)
                        from unnest(k.confkey) with ordinality as part (number, place)
                        join pg_attribute on attrelid = k.confrelid and attnum = part.number
                    )
                ) end
            ) order by contype = 'c', contype = 'f', contype = 'u', conname)
            from pg_constraint k
            left join pg_class target on target.oid = k.confrelid
            where k.conrelid = relation.oid and contype in ('p', 'u', 'f', 'c', 'x') and k.conparentid = 0
        ), '[]'),
        'indexes', coalesce((
            select jsonb_agg(jsonb_build_object('name', relname, 'definition', pg_get_indexdef(indexrelid)) order by indisprimary desc, relname)
            from pg_index join pg_class on pg_class.oid = indexrelid where indrelid = relation.oid
        ), '[]'),
        'triggers', coalesce((
            select jsonb_agg(jsonb_build_object('name', tgname, 'definition', pg_get_triggerdef(oid)) order by tgname)
            from pg_trigger where tgrelid = relation.oid and not tgisinternal
        ), '[]'),
        'policies', coalesce((
            select jsonb_agg(jsonb_build_object(
                'name', polname,
                'command', case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
                'roles', array(select case when number = 0 then 'public' else pg_get_userbyid(number) end from unnest(polroles) number),
                'permissive', polpermissive,
                'using', pg_get_expr(polqual, polrelid),
                'check', pg_get_expr(polwithcheck, polrelid)
            ) order by polname)
            from pg_policy where polrelid = relation.oid
        ), '[]'),
        'grants', coalesce((
            select jsonb_agg(jsonb_build_object(
                'role', case when grantee = 0 then 'public' else pg_get_userbyid(grantee) end,
                'privilege', privilege,
                'column', attname
            ) order by grantee, privilege, attnum)
            from grantee where grantee.relation = relation.oid and grantee <> relation.relowner
        ), '[]'),
        'privileges', coalesce((
            select jsonb_agg(jsonb_build_object('role', role.name, 'command', command, 'column', attname))
            from role
            cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate']) command
            left join attribute on attrelid = relation.oid and command in ('select', 'insert', 'update')
            where case
                when attnum is null then has_table_privilege(role.oid, relation.oid, command)
                else has_column_privilege(role.oid, relation.oid, attnum, command)
            end
        ), '[]')
    ) order by relation.relname) from relation), '[]'),
    'functions', coalesce((select jsonb_agg(jsonb_build_object(
        'schema', n.nspname,
        'name', p.proname,
        'signature', format('%I.%I(%s)', n.nspname, p.proname, array_to_string(array(select format_type(type, null) from unnest(p.proargtypes) type), ',')),
        'comment', obj_description(p.oid, 'pg_proc'),
        'arguments', pg_get_function_arguments(p.oid),
        'returns', coalesce(pg_get_function_result(p.oid), ''),
        'language', l.lanname,
        'volatility', case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
        'security', case when p.prosecdef then 'definer' else 'invoker' end,
        'settings', to_jsonb(coalesce(p.proconfig, '{}')),
        'definition', pg_get_functiondef(p.oid),
        'source', coalesce(nullif(p.prosrc, ''), pg_get_function_sqlbody(p.oid), ''),
        'execute', array(select role.name from role where has_function_privilege(role.oid, p.oid, 'execute') order by role.name)
    ) order by n.nspname = $1 desc, n.nspname, p.proname, p.proargtypes::text)
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    join pg_language l on l.oid = p.prolang
    where n.nspname = any ($2::text[])
        and p.prokind in ('f', 'p')
        and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')
    ), '[]'),
    'roles', coalesce((select jsonb_agg(jsonb_build_object(
        'name', role.name,
        'bypassesPolicies', role.bypasses,
        'acts', array['public'::text] || array(select rolname::text from pg_roles where pg_has_role(role.oid, pg_roles.oid, 'usage'))
    ) order by array_position($3::text[], role.name::text)) from role), '[]')
) as answer`
