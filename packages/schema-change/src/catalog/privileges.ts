import { granted, ofExtension, SCHEMAS } from './parts.ts'

function grants(object: string, table: string, from: string, acl: string): string {
  return `select 'grant', format('%s: %s on %s', acl.grantee, acl.privilege, ${object}), ${table}, jsonb_build_object('may grant it', acl.grantable) from ${from}, ${acl}`
}

const RELATIONS = `(select c.*, format('%I.%I', schemas.nspname, relname) as name from pg_class c join ${SCHEMAS} on schemas.oid = relnamespace
  where not ${ofExtension('pg_class', 'c.oid')}) r`

const own = (kinds: string) => `(select * from ${RELATIONS} where relkind in (${kinds})) r`

export const GRANTS = [
  grants(
    `'table ' || r.name`,
    'r.name',
    own(`'r', 'p', 'v', 'm', 'f'`),
    granted('r.relacl', 'r', 'r.relowner'),
  ),
  grants(`'sequence ' || r.name`, 'null', own(`'S'`), granted('r.relacl', 's', 'r.relowner')),
  // PostgreSQL has no default privileges on columns.
  grants(
    `format('column %s.%I', r.name, a.attname)`,
    'r.name',
    `${RELATIONS} join pg_attribute a on a.attrelid = r.oid and a.attacl is not null and not a.attisdropped`,
    granted('a.attacl', 'c', 'r.relowner'),
  ),
  grants(
    `format('function %I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(p.oid))`,
    'null',
    `(select p.*, schemas.nspname from pg_proc p join ${SCHEMAS} on schemas.oid = pronamespace where not ${ofExtension('pg_proc', 'p.oid')}) p`,
    granted('p.proacl', 'f', 'p.proowner'),
  ),
  grants(
    `'schema ' || quote_ident(n.nspname)`,
    'null',
    `(select * from ${SCHEMAS}) n`,
    granted('n.nspacl', 'n', 'n.nspowner'),
  ),
  grants(
    `format('type %I.%I', nspname, typname)`,
    'null',
    `(select t.*, schemas.nspname from pg_type t join ${SCHEMAS} on schemas.oid = typnamespace where typtype in ('e', 'd', 'r') and typacl is not null
      and not ${ofExtension('pg_type', 't.oid')}) t`,
    granted('t.typacl', 'T', 't.typowner'),
  ),
  // Settings belong to the server's first superuser.
  grants(`'parameter ' || p.parname`, 'null', 'pg_parameter_acl p', granted('p.paracl', 'p', '10::oid')),
  grants(
    `'the database'`,
    'null',
    '(select * from pg_database where datname = current_database()) b',
    granted('b.datacl', 'd', 'b.datdba'),
  ),
]

/** Privileges that the owner of an object has revoked from itself. */
export const LOST = `
  select 'lost right', format('%s: %s on %s', pg_get_userbyid(relowner), lower(privilege_type), r.name), r.name, '{}'::jsonb
  from ${RELATIONS}, lateral (
    select privilege_type from aclexplode(acldefault('r', relowner))
    except select privilege_type from aclexplode(relacl) acl where acl.grantee = relowner
  ) lost
  where relacl is not null and relkind in ('r', 'p', 'v', 'm', 'f')`

export const DEFAULT_PRIVILEGES = `
  select 'default privilege', format('%s: %s on new %s of %s in %s', acl.grantee, acl.privilege,
      case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end,
      pg_get_userbyid(defaclrole), coalesce(quote_ident(nspname), 'every schema')), null,
    jsonb_build_object('may grant it', acl.grantable)
  from pg_default_acl d left join pg_namespace n on n.oid = defaclnamespace, ${granted('d.defaclacl', 'r', 'd.defaclrole')}
  where defaclnamespace = 0 or nspname <> all ($1)
  union all
  -- a default for every schema replaces PostgreSQL's own, so a missing privilege matters too
  select 'default privileges', format('of %s on new %s in every schema', pg_get_userbyid(defaclrole), defaclobjtype), null, jsonb_build_object('rights', defaclacl::text)
  from pg_default_acl where defaclnamespace = 0`
