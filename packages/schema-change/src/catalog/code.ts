import { ofExtension, SCHEMAS } from './parts.ts'

export const SCHEMA_OBJECTS = `
  select 'schema', quote_ident(schemas.nspname), null, jsonb_build_object('owner', pg_get_userbyid(nspowner), 'comment', obj_description(schemas.oid, 'pg_namespace'))
  from ${SCHEMAS}`

export const FUNCTIONS = `
  select case prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
    format('%I.%I(%s)', schemas.nspname, proname, pg_get_function_identity_arguments(p.oid)), null,
    jsonb_build_object(
      'definition', case when prokind <> 'a' then pg_get_functiondef(p.oid) end,
      'aggregate', (select to_jsonb(a)::text from pg_aggregate a where a.aggfnoid = p.oid),
      'owner', pg_get_userbyid(proowner),
      'comment', obj_description(p.oid, 'pg_proc')
    )
  from pg_proc p join ${SCHEMAS} on schemas.oid = pronamespace
  where not ${ofExtension('pg_proc', 'p.oid')}`

export const TYPES = `
  select case typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range' else 'type' end, format('%I.%I', schemas.nspname, typname), null,
    jsonb_build_object(
      'values', (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid),
      'base', case when typtype = 'd' then format_type(typbasetype, typtypmod) end,
      'not null', case when typnotnull then 'yes' end,
      'default', typdefault,
      'owner', pg_get_userbyid(typowner),
      'comment', obj_description(t.oid, 'pg_type')
    )
  from pg_type t join ${SCHEMAS} on schemas.oid = typnamespace
  where typtype in ('e', 'd', 'r', 'b') and (typelem = 0 or typcategory <> 'A') and not ${ofExtension('pg_type', 't.oid')}`

/** Objects of other kinds that have a schema. Only their existence is compared. */
export const OTHERS = `
  select kind, format('%I.%s', schemas.nspname, name), null, jsonb_build_object('owner', pg_get_userbyid(owner))
  from (
    select 'operator', 'pg_operator'::regclass, oid, oprnamespace, format('%s (%s, %s)', oprname, format_type(oprleft, null), format_type(oprright, null)), oprowner from pg_operator
    union all select 'operator class', 'pg_opclass'::regclass, oid, opcnamespace, opcname, opcowner from pg_opclass
    union all select 'operator family', 'pg_opfamily'::regclass, oid, opfnamespace, opfname, opfowner from pg_opfamily
    union all select 'collation', 'pg_collation'::regclass, oid, collnamespace, collname, collowner from pg_collation
    union all select 'conversion', 'pg_conversion'::regclass, oid, connamespace, conname, conowner from pg_conversion
    union all select 'text search configuration', 'pg_ts_config'::regclass, oid, cfgnamespace, cfgname, cfgowner from pg_ts_config
    union all select 'text search dictionary', 'pg_ts_dict'::regclass, oid, dictnamespace, dictname, dictowner from pg_ts_dict
  ) as objects (kind, class, oid, schema, name, owner)
  join ${SCHEMAS} on schemas.oid = schema
  where not exists (select from pg_depend d where d.classid = class and d.objid = objects.oid and d.deptype in ('e', 'i'))`
