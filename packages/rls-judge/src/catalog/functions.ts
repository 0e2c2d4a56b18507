import type pg from 'pg'
import { compareFacts, readFacts, type Verdict } from '../check.ts'
import { API_ROLES, type FunctionAccess } from '../intent.ts'
import { ignoredSchemas } from '../platform.ts'
import type { Comparison } from './comparison.ts'
import { explode, GRANT_OPTION, GRANTEE } from './privileges.ts'

/** Functions outside PostgreSQL's own schemas, Supabase's and extensions: security, settings, who may execute. */
export async function* checkFunctions(
  client: pg.Client,
  { intent, platform, server }: Comparison,
): AsyncGenerator<Verdict> {
  yield* compareFacts(
    'security of',
    await readFacts(client, SECURITY, [ignoredSchemas(platform), Object.keys(platform.functions), API_ROLES]),
    new Map<string, readonly string[]>([
      ...Object.entries(intent.functions).map(
        ([name, access]) => [name, security(access, server.owner)] as const,
      ),
      ...Object.entries(platform.functions),
    ]),
    (subject) => `${subject} is not in ${intent.file}: say there who may execute it, or drop it`,
  )
}

function security({ execute, security }: FunctionAccess, owner: string): string[] {
  return [
    `security ${security}`,
    `is owned by ${owner}`,
    'search_path=pg_catalog, pg_temp',
    ...execute.map((role) => `${role}: execute`),
  ]
}

const SECURITY = `
  with functions as (
    select p.*, n.nspname, format('%I.%I(%s)', n.nspname, p.proname,
        (select string_agg(format_type(argument, null), ',' order by place)
         from unnest(p.proargtypes) with ordinality as arguments (argument, place))) as subject
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    where not starts_with(n.nspname, 'pg_temp_')
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  )
  select f.subject, fact
  from functions f
  cross join lateral (
    select case when f.prosecdef then 'security definer' else 'security invoker' end
    union all
    -- the platform's functions belong to the platform, which may grant them to its own roles, but never to a role of the API
    select 'is owned by ' || pg_get_userbyid(f.proowner)
    where f.subject <> all ($2) or pg_get_userbyid(f.proowner) = any ($3)
    union all
    select coalesce((select setting from unnest(f.proconfig) setting where starts_with(setting, 'search_path=')), 'no search_path set')
    union all
    select 'is leakproof: it may see rows before the policies have filtered them' where f.proleakproof
    union all
    select 'is written in ' || lanname from pg_language where oid = f.prolang and lanname not in ('sql', 'plpgsql')
    union all
    select 'is not a plain function: kind ' || f.prokind::text where f.prokind <> 'f'
    union all
    select 'has a planner support function: ' || f.prosupport::text where f.prosupport <> 0
    union all
    select ${GRANTEE} || ': ' || lower(acl.privilege_type) || ${GRANT_OPTION}
    from ${explode('f.proacl', "'f'", 'f.proowner')} acl
    where acl.grantee <> f.proowner
      and (f.subject <> all ($2) or acl.grantee = 0 or pg_get_userbyid(acl.grantee) = any ($3))
  ) as facts (fact)
  where f.nspname <> all ($1) or f.subject = any ($2)
`
