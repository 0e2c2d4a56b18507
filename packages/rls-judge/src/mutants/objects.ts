import type pg from 'pg'
import { select } from './operator.ts'
import { FUNCTIONS, ROLES, SCHEMAS, TABLES } from './parts.ts'
import type { Scope } from './scope.ts'

/** Catalog facts of each object that a mutant can change, by the object's name. */
export type Objects = ReadonlyMap<string, { facts: string; table: string | null }>

/** Reads every object. Names are qualified, whatever the search path is. */
export async function readObjects(client: pg.Client, scope: Scope): Promise<Objects> {
  await client.query("set search_path = ''")
  const rows = await select<{ name: string; facts: string; on_table: string | null }>(
    client,
    scope,
    `select name, concat_ws(' | ', variadic facts) as facts, on_table from (${OBJECTS.join(' union all ')}) as objects (name, facts, on_table)`,
  )
  return new Map(rows.map(({ name, facts, on_table }) => [name, { facts, table: on_table }]))
}

/**
 * Names of the objects that are new or differ. A table also counts as changed if one of its objects was dropped, because
 * that object may have been the only protection of something.
 */
export function changedObjects(before: Objects, now: Objects): ReadonlySet<string> {
  const changed = [...now].filter(([name, { facts }]) => before.get(name)?.facts !== facts)
  const ofDropped = [...before].flatMap(([name, { table }]) => (now.has(name) || !table ? [] : [table]))
  return new Set([...changed.map(([name]) => name), ...ofDropped])
}

const RELATIONS = `pg_class join ${SCHEMAS} on schemas.oid = relnamespace and relkind in ('r', 'p', 'v', 'm', 'f')`

const table = (oid: string) => `'table ' || ${oid}::regclass`

const OBJECTS = [
  `select ${table('pg_class.oid')}, array[relkind::text, relowner::regrole::text, relacl::text, relrowsecurity::text, relforcerowsecurity::text,
      relispartition::text, relpersistence::text, relreplident::text, reloptions::text,
      case when relkind in ('v', 'm') then pg_get_viewdef(pg_class.oid) end,
      (select string_agg(inhparent::regclass::text, ', ' order by inhseqno) from pg_inherits where inhrelid = pg_class.oid),
      (select string_agg(pg_get_ruledef(pg_rewrite.oid), ' ' order by rulename) from pg_rewrite where ev_class = pg_class.oid)], null
    from ${RELATIONS}`,
  `select format('column %s.%I', attrelid::regclass, attname), array[format_type(atttypid, atttypmod), attnotnull::text, attidentity::text,
      attgenerated::text, attacl::text, attcollation::regcollation::text, pg_get_expr(adbin, adrelid)], ${table('attrelid')}
    from ${RELATIONS} join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    left join pg_attrdef on adrelid = attrelid and adnum = attnum`,
  `select format('constraint %I on %s', conname, conrelid::regclass), array[pg_get_constraintdef(oid), convalidated::text], ${table('conrelid')}
    from pg_constraint where conrelid in (select oid from ${TABLES})`,
  `select format('policy %I on %s', polname, polrelid::regclass), array[polcmd::text, polpermissive::text,
      (select string_agg(case when role = 0 then 'public' else pg_get_userbyid(role) end, ', ' order by role) from unnest(polroles) as role),
      pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)], ${table('polrelid')}
    from pg_policy where polrelid in (select oid from ${TABLES})`,
  `select format('trigger %I on %s', tgname, tgrelid::regclass), array[pg_get_triggerdef(pg_trigger.oid), tgenabled::text], ${table('tgrelid')}
    from pg_trigger join ${RELATIONS} on pg_class.oid = tgrelid where not tgisinternal`,
  `select 'function ' || oid::regprocedure, array[pg_get_functiondef(oid), proowner::regrole::text, proacl::text], null from ${FUNCTIONS}`,
  `select format('schema %I', nspname), array[nspowner::regrole::text, nspacl::text], null from ${SCHEMAS}`,
  `select format('role %I', role), array[to_jsonb(pg_roles)::text,
      (select string_agg((to_jsonb(members) - 'oid')::text, ' ' order by roleid::regrole::text) from pg_auth_members as members where member = pg_roles.oid),
      (select string_agg(concat(parname, paracl), ' ' order by parname) from pg_parameter_acl)], null
    from ${ROLES} join pg_roles on rolname = role`,
  `select 'database', array[datacl::text,
      (select string_agg(setconfig::text, ' ' order by setrole) from pg_db_role_setting where setdatabase in (0, pg_database.oid))], null
    from pg_database where datname = current_database()`,
]
