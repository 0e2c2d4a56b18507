import type pg from 'pg'

/** An effective privilege of a role: its own, PUBLIC's, or inherited from another role. */
export interface Right {
  role: string
  /** `select`, `update`, `execute`, `fire` a trigger or rule, `write past` a disabled one, `use`, `create in`, … */
  action: string
  /** The object: `public.notes`, `public.f(integer)`. */
  object: string
  /** For `select`, `insert` and `update` of a table. */
  column: string | undefined
  /** The rows; for a function, the role as which it runs. Undefined if neither applies. */
  limit: string | undefined
  /**
   * For a function, trigger or rule that runs as its owner, a view that reads as its owner, and policies with functions:
   * a value that changes with the text.
   */
  code: string | undefined
  /** The object, or the column, whatever its name is. */
  id: string | undefined
}

/** Rights by role, action, object and column. */
export type Access = ReadonlyMap<string, Right>

export function rightKey({ role, action, object, column }: Right): string {
  return [role, action, object, column].join('\n')
}

/** Maps commands to PostgreSQL's codes for the command of a policy. */
const COMMANDS = `(values ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd')) as commands (command, code)`

const ROLES = '(select * from pg_roles where rolname = any ($2)) r'

const SCHEMAS = `(
  select * from pg_namespace
  where nspname <> all ($1) and nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and not starts_with(nspname, 'pg_')
) n`

const INVOKER = `exists (
  select from pg_options_to_table(c.reloptions) where option_name = 'security_invoker' and option_value::boolean
)`

// What a function in a policy calls counts too: by its dependencies, or because its text contains the name.
const POLICY_CODE = `
  project_functions as materialized (
    select f.* from pg_proc f join ${SCHEMAS} on f.pronamespace = n.oid
    where f.prokind = 'f' and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e')
  ),
  used (policy, function) as (
    select d.objid, d.refobjid from pg_depend d where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_proc'::regclass
    union
    select used.policy, called.oid
    from used join project_functions f on f.oid = used.function
    join project_functions called on f.prosrc ~* ('\\m' || regexp_replace(called.proname, '\\W', '.', 'g') || '"?\\s*\\(')
      or exists (
        select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = f.oid
          and d.refclassid = 'pg_proc'::regclass and d.refobjid = called.oid
      )
  ),
  policy_code as materialized (
    select policy, md5(string_agg(pg_get_functiondef(f.oid), ' ' order by f.proname, pg_get_functiondef(f.oid))) as code
    from used join project_functions f on f.oid = used.function
    group by policy
  )`

const APPLIES = `
  p.polrelid = c.oid and p.polcmd in ('*', commands.code::"char")
  and (0::oid = any (p.polroles) or exists (select from unnest(p.polroles) as member where pg_has_role(r.oid, member, 'usage')))`

const CODE = `case
  when c.relkind in ('v', 'm') and not ${INVOKER} then md5(pg_get_viewdef(c.oid))
  when c.relkind in ('r', 'p') and limits.rows <> 'every row'
    then (select string_agg(policy_code.code, ' ' order by p.polname) from pg_policy p join policy_code on policy = p.oid where ${APPLIES})
end`

// A row passes if at least one permissive policy and every restrictive one allow it. WITH CHECK applies to written rows,
// or USING if there is no WITH CHECK. https://www.postgresql.org/docs/current/sql-createpolicy.html
const LIMIT = `lateral (
  select
    case
      when c.relkind = 'v' and ${INVOKER} then 'the rows of its tables that the caller sees'
      when c.relkind in ('v', 'm', 'f') then 'every row that its owner ' || pg_get_userbyid(c.relowner) || ' sees'
      when not c.relrowsecurity or r.rolsuper or r.rolbypassrls or (pg_has_role(r.oid, c.relowner, 'usage') and not c.relforcerowsecurity) then 'every row'
      else (
        select case when count(*) filter (where polpermissive) > 1 and not bool_and(polpermissive)
            then '(' || string_agg(condition, ' or ' order by condition) filter (where polpermissive) || ')'
            else string_agg(condition, ' or ' order by condition) filter (where polpermissive) end
          || coalesce(' and ' || string_agg(condition, ' and ' order by condition) filter (where not polpermissive), '')
        from (
          select polpermissive, case command
              when 'insert' then coalesce(pg_get_expr(polwithcheck, polrelid), pg_get_expr(polqual, polrelid))
              when 'update' then pg_get_expr(polqual, polrelid) || case when polwithcheck is null or pg_get_expr(polwithcheck, polrelid) = pg_get_expr(polqual, polrelid)
                then '' else ' becoming ' || pg_get_expr(polwithcheck, polrelid) end
              else pg_get_expr(polqual, polrelid) end as condition
          from pg_policy p
          where ${APPLIES}
        ) policies
      )
    end as rows
) limits`

// MAINTAIN is new in PostgreSQL 17.
const MAINTAIN =
  "case when current_setting('server_version_num')::int >= 170000 then array['maintain'] else '{}' end"

const RELATIONS = `
  select r.rolname as role, command as action, format('%I.%I', n.nspname, c.relname) as object, quote_ident(a.attname) as "column", limits.rows as "limit",
    ${CODE} as code, concat_ws('.', c.oid, a.attnum) as id
  from ${ROLES} cross join ${COMMANDS} join ${SCHEMAS} on has_schema_privilege(r.oid, n.oid, 'usage')
  join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
  left join pg_attribute a on command <> 'delete' and a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  cross join ${LIMIT}
  where case when command = 'delete' then has_table_privilege(r.oid, c.oid, command) else has_column_privilege(r.oid, c.oid, a.attnum, command) end
    and limits.rows is not null
  union all
  select r.rolname, privilege, format('%I.%I', n.nspname, c.relname), null, null, null, c.oid::text
  from ${ROLES} cross join unnest(array['truncate', 'references', 'trigger'] || ${MAINTAIN}) privilege join ${SCHEMAS} on has_schema_privilege(r.oid, n.oid, 'usage')
  join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
  where has_table_privilege(r.oid, c.oid, privilege)
  union all
  select r.rolname, 'grant ' || command || ' on', format('%I.%I', n.nspname, c.relname), null, null, null, c.oid::text
  from ${ROLES} cross join ${COMMANDS} join ${SCHEMAS} on has_schema_privilege(r.oid, n.oid, 'usage')
  join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
  where case when command = 'delete' then has_table_privilege(r.oid, c.oid, 'delete with grant option')
    else has_any_column_privilege(r.oid, c.oid, command || ' with grant option') end
  union all
  select r.rolname, privilege, format('sequence %I.%I', n.nspname, c.relname), null, null, null, c.oid::text
  from ${ROLES} cross join unnest(array['usage', 'select', 'update']) privilege join ${SCHEMAS} on has_schema_privilege(r.oid, n.oid, 'usage')
  join pg_class c on c.relnamespace = n.oid and c.relkind = 'S'
  where has_sequence_privilege(r.oid, c.oid, privilege)`

const FUNCTIONS = `
  select r.rolname, action, format('%I.%I(%s)', n.nspname, proname, pg_get_function_identity_arguments(f.oid)), null,
    case when action <> 'execute' then null when prosecdef then 'as ' || pg_get_userbyid(proowner) else 'as itself' end,
    -- without its name, so that a renamed function has the same text
    case when action = 'execute' and prosecdef then md5(regexp_replace(pg_get_functiondef(f.oid), '^[^(]*', '')) end, f.oid::text
  from ${ROLES}
  cross join (values ('execute', 'execute'), ('grant execute on', 'execute with grant option')) actions (action, privilege)
  join ${SCHEMAS} on has_schema_privilege(r.oid, n.oid, 'usage')
  join pg_proc f on f.pronamespace = n.oid and f.prokind <> 'a'
  where has_function_privilege(r.oid, f.oid, privilege)
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e')`

const WRITERS = `
  ${ROLES} cross join ${SCHEMAS}
  join pg_class c on c.relnamespace = n.oid and has_schema_privilege(r.oid, n.oid, 'usage')
    and (has_any_column_privilege(r.oid, c.oid, 'insert, update') or has_table_privilege(r.oid, c.oid, 'delete'))`

// The code that a write runs as another role, and the triggers and rules that no write runs.
const WRITES = `
  select r.rolname, 'fire', format('trigger %I on %I.%I', tgname, n.nspname, c.relname), null, 'as ' || pg_get_userbyid(proowner),
    md5(concat_ws(' ', tgtype, tgattr, tgqual, regexp_replace(pg_get_functiondef(f.oid), '^[^(]*', ''))), 'trigger.' || t.oid
  from ${WRITERS} join pg_trigger t on tgrelid = c.oid join pg_proc f on f.oid = tgfoid
  where prosecdef and not tgisinternal and tgenabled in ('O', 'A')
  union all
  select r.rolname, 'fire', format('rule %I on %I.%I', rulename, n.nspname, c.relname), null, 'as ' || pg_get_userbyid(c.relowner),
    md5(concat_ws(' ', ev_type, is_instead, ev_qual, ev_action)), 'rule.' || w.oid
  from ${WRITERS} join pg_rewrite w on ev_class = c.oid
  where rulename <> '_RETURN' and ev_enabled in ('O', 'A')
  union all
  select r.rolname, 'write past', format('trigger %I on %I.%I', tgname, n.nspname, c.relname), null, null, null, 'trigger.' || t.oid
  from ${WRITERS} join pg_trigger t on tgrelid = c.oid
  where not tgisinternal and tgenabled in ('D', 'R')
  union all
  select distinct r.rolname, 'write past', format('constraint %I on %s', conname, conrelid::regclass), null, null, null, 'constraint.' || k.oid
  from ${WRITERS} join pg_trigger t on tgrelid = c.oid join pg_constraint k on k.oid = tgconstraint
  where tgisinternal and tgenabled in ('D', 'R')
  union all
  select r.rolname, 'write past', format('rule %I on %I.%I', rulename, n.nspname, c.relname), null, null, null, 'rule.' || w.oid
  from ${WRITERS} join pg_rewrite w on ev_class = c.oid
  where ev_enabled in ('D', 'R')`

const WHOLE = `
  select r.rolname, case privilege when 'usage' then 'use' else 'create in' end, 'schema ' || quote_ident(n.nspname), null, null, null, n.oid::text
  from ${ROLES} cross join unnest(array['usage', 'create']) privilege join ${SCHEMAS} on has_schema_privilege(r.oid, n.oid, privilege)
  union all
  select r.rolname, action, 'the database', null, null, null, null
  from ${ROLES} cross join (values ('create', 'create schemas in'), ('temporary', 'create temporary tables in'), ('connect', 'connect to')) actions (privilege, action)
  where has_database_privilege(r.oid, current_database(), privilege)
  union all
  select r.rolname, 'use', 'foreign server ' || quote_ident(srvname), null, null, null, s.oid::text
  from ${ROLES} join pg_foreign_server s on has_server_privilege(r.oid, s.oid, 'usage')
  union all
  select distinct r.rolname, lower(privilege_type), parname, null, null, null, null
  from ${ROLES} cross join pg_parameter_acl cross join aclexplode(paracl) acl
  where acl.grantee = 0 or pg_has_role(r.oid, acl.grantee, 'usage')
  union all
  select r.rolname, power, 'everything', null, null, null, null
  from ${ROLES} cross join lateral (values ('be superuser of', rolsuper), ('pass the policies of', rolbypassrls), ('make roles in', rolcreaterole)) powers (power, has)
  where has
  union all
  select r.rolname, 'become', role.rolname, null, null, null, null
  from ${ROLES} join pg_roles role on role.oid <> r.oid and pg_has_role(r.oid, role.oid, 'member')
  where not r.rolsuper`

/**
 * Reads the effective access of roles.
 *
 * @param foreignSchemas schemas to skip, in addition to PostgreSQL's own
 */
export async function readAccess(
  client: pg.ClientBase,
  { foreignSchemas, roles }: { foreignSchemas: readonly string[]; roles: readonly string[] },
): Promise<Access> {
  await client.query("set search_path = ''")
  const { rows } = await client.query<Record<keyof Right, string | null>>(
    `with recursive ${POLICY_CODE} ${RELATIONS} union all ${FUNCTIONS} union all ${WRITES} union all ${WHOLE}`,
    [foreignSchemas, roles],
  )
  const rights = rows.map(
    (row): Right => ({
      role: row.role ?? '',
      action: row.action ?? '',
      object: row.object ?? '',
      column: row.column ?? undefined,
      limit: row.limit ?? undefined,
      code: row.code ?? undefined,
      id: row.id ?? undefined,
    }),
  )
  return new Map(rights.map((right) => [rightKey(right), right]))
}

/** The ids of all objects and columns. */
export async function readObjects(client: pg.ClientBase): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ id: string }>(`
    select oid::text as id from pg_class union all select concat_ws('.', attrelid, attnum) from pg_attribute
    union all select oid::text from pg_proc union all select oid::text from pg_namespace
    union all select oid::text from pg_foreign_server`)
  return new Set(rows.map(({ id }) => id))
}
