import type pg from 'pg'
import { compare, compareFacts, readFacts, type Verdict } from '../check.ts'
import { API_ROLES } from '../intent.ts'
import { compareAllowed, ignoredSchemas, PGTAP_SCHEMA } from '../platform.ts'
import type { Comparison } from './comparison.ts'
import { explode, GRANT_OPTION, GRANTEE } from './privileges.ts'

/** Schemas, their objects other than tables and functions, default privileges, extensions. */
export async function* checkSchemas(
  client: pg.Client,
  { intent, platform, server }: Comparison,
): AsyncGenerator<Verdict> {
  const theirs = Object.keys(platform.foreignSchemas)
  const ours = Object.keys(intent.schemas).filter((schema) => !platform.schemas.includes(schema))
  yield* compareFacts(
    'use of schema',
    await readFacts(client, USE, [
      ignoredSchemas(platform),
      server.owner,
      ours,
      Object.keys(intent.schemas),
      theirs,
      API_ROLES,
    ]),
    new Map(
      Object.entries(intent.schemas).map(
        ([schema, users]) => [schema, users.map((user) => `${user}: usage`)] as const,
      ),
    ),
    (subject) => `schema ${subject} is not in ${intent.file}: say there who may use it, or drop it`,
  )

  const lines = async (sql: string, values: unknown[] = []) =>
    (await client.query<{ line: string }>(sql, values)).rows.map(({ line }) => line)

  const types = intent.types ?? []
  const objects = await lines(OBJECTS, [[...theirs, PGTAP_SCHEMA, 'pg_toast']])
  yield compareAllowed(
    `schemas hold nothing but the tables and functions of ${intent.file}`,
    objects.filter((line) => !types.some((type) => line === typeLine(type))),
    'objects',
    platform,
  )
  if (types.length > 0) {
    yield compare(`the types of ${intent.file} exist`, await lines(TYPES, [types]), [...types])
  }
  yield compareAllowed(
    'default privileges are those of the platform and no others',
    await lines(DEFAULT_PRIVILEGES),
    'default privileges',
    platform,
  )
  yield compareAllowed(
    'extensions are those that the product needs',
    (await lines(EXTENSIONS)).filter((line) => !line.startsWith('pgtap ')),
    'extensions',
    platform,
  )
}

/** A type of the intent as the list of objects names it. */
function typeLine(type: string): string {
  const [schema = '', name = ''] = type.split('.')
  return `type ${name} in ${schema}`
}

const TYPES = `
  select name as line
  from unnest($1::text[]) name
  where exists (select from pg_type join pg_namespace n on n.oid = typnamespace where format('%s.%s', n.nspname, typname) = name)
`

const USE = `
  select n.nspname::text as subject, privilege.fact
  from pg_namespace n
  left join lateral (
    select ${GRANTEE} || ': ' || lower(acl.privilege_type) || ${GRANT_OPTION} as fact
    from ${explode('n.nspacl', "'n'", 'n.nspowner')} acl
    where acl.grantee <> n.nspowner
      and pg_get_userbyid(acl.grantee) <> $2
      -- the platform may let its own roles use its schemas
      and (n.nspname <> all ($5) or acl.grantee = 0 or pg_get_userbyid(acl.grantee) = any ($6))
    union all
    select 'is owned by ' || pg_get_userbyid(n.nspowner)
    where n.nspname = any ($3)
      and pg_get_userbyid(n.nspowner) not in ('pg_database_owner', $2)
  ) privilege on true
  where (n.nspname <> all ($1) or n.nspname = any ($4))
    and not starts_with(n.nspname, 'pg_temp_')
    and not starts_with(n.nspname, 'pg_toast_temp_')
`

// Every object that has a schema and is neither a relation nor a function, including additions to pg_catalog.
const OBJECTS = `
  with objects (class, oid, schema, name) as (
    select 'pg_type'::regclass, oid, typnamespace, 'type ' || typname from pg_type
    -- row types of tables and their array types belong to the table
    where typrelid = 0 and (typelem = 0 or typcategory <> 'A' or not exists (
      select from pg_type element where element.typarray = pg_type.oid
    ))
    union all select 'pg_operator'::regclass, oid, oprnamespace, 'operator ' || oprname from pg_operator
    union all select 'pg_opclass'::regclass, oid, opcnamespace, 'operator class ' || opcname from pg_opclass
    union all select 'pg_opfamily'::regclass, oid, opfnamespace, 'operator family ' || opfname from pg_opfamily
    union all select 'pg_collation'::regclass, oid, collnamespace, 'collation ' || collname from pg_collation
    union all select 'pg_conversion'::regclass, oid, connamespace, 'conversion ' || conname from pg_conversion
    union all select 'pg_ts_config'::regclass, oid, cfgnamespace, 'text search configuration ' || cfgname from pg_ts_config
    union all select 'pg_ts_dict'::regclass, oid, dictnamespace, 'text search dictionary ' || dictname from pg_ts_dict
    union all select 'pg_ts_parser'::regclass, oid, prsnamespace, 'text search parser ' || prsname from pg_ts_parser
    union all select 'pg_ts_template'::regclass, oid, tmplnamespace, 'text search template ' || tmplname from pg_ts_template
    union all select 'pg_statistic_ext'::regclass, oid, stxnamespace, 'extended statistics ' || stxname from pg_statistic_ext
    union all select 'pg_proc'::regclass, oid, pronamespace, 'function ' || proname from pg_proc
      where pronamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    union all select 'pg_class'::regclass, oid, relnamespace, 'relation ' || relname from pg_class
      where relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    union all select 'pg_cast'::regclass, oid, 'pg_catalog'::regnamespace,
      format('cast from %s to %s', format_type(castsource, null), format_type(casttarget, null)) from pg_cast
    union all select 'pg_am'::regclass, oid, 'pg_catalog'::regnamespace, 'access method ' || amname from pg_am
    union all select 'pg_language'::regclass, oid, 'pg_catalog'::regnamespace, 'language ' || lanname from pg_language
    union all select 'pg_event_trigger'::regclass, oid, 'pg_catalog'::regnamespace,
      'event trigger ' || evtname from pg_event_trigger
    union all select 'pg_publication'::regclass, oid, 'pg_catalog'::regnamespace,
      'publication, which sends rows past row level security: ' || pubname from pg_publication
    union all select 'pg_foreign_server'::regclass, oid, 'pg_catalog'::regnamespace, 'foreign server ' || srvname from pg_foreign_server
    union all select 'pg_foreign_data_wrapper'::regclass, oid, 'pg_catalog'::regnamespace,
      'foreign data wrapper ' || fdwname from pg_foreign_data_wrapper
  )
  select format('%s in %s', objects.name, n.nspname) as line
  from objects
  join pg_namespace n on n.oid = objects.schema
  where objects.oid >= 16384
    and n.nspname <> all ($1)
    and not starts_with(n.nspname, 'pg_temp_')
    and not starts_with(n.nspname, 'pg_toast_temp_')
    and not exists (select from pg_depend d where d.classid = objects.class and d.objid = objects.oid and d.deptype in ('e', 'i'))
`

const DEFAULT_PRIVILEGES = `
  select format('%s on new %s in %s: %s%s',
      case when acl.grantee = 0 then 'public' else pg_get_userbyid(acl.grantee) end,
      case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end,
      coalesce(n.nspname, 'every schema'),
      case when array_agg(acl.privilege_type order by acl.privilege_type) @> (
          select array_agg(full_list.privilege_type order by full_list.privilege_type)
          from aclexplode(acldefault(lower(d.defaclobjtype::text)::"char", d.defaclrole)) full_list
          where full_list.grantee = d.defaclrole
        ) then 'all' else string_agg(lower(acl.privilege_type), ', ' order by acl.privilege_type) end,
      case when bool_or(acl.is_grantable) then ' with grant option' else '' end
    ) as line
  from pg_default_acl d
  left join pg_namespace n on n.oid = d.defaclnamespace
  cross join lateral aclexplode(d.defaclacl) acl
  where acl.grantee <> d.defaclrole
    and n.nspname is distinct from '${PGTAP_SCHEMA}'
  group by d.oid, d.defaclrole, acl.grantee, d.defaclobjtype, n.nspname
  union
  -- a default for every schema replaces the built-in one, so a missing privilege matters too
  select format('default privileges for every schema on new %s: %s', d.defaclobjtype, d.defaclacl)
  from pg_default_acl d
  where d.defaclnamespace = 0
`

const EXTENSIONS = `
  select format('%s in %s', extname, nspname) as line
  from pg_extension
  join pg_namespace n on n.oid = extnamespace
`
