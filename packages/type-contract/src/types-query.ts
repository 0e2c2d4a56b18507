import type pg from 'pg'

/** A type of pg_type; the types that it contains are given by oid. */
export interface TypeRow {
  id: number
  schema: string
  name: string
  /** pg_type.typtype: base, composite, domain, enum, multirange, pseudo, range. */
  kind: 'b' | 'c' | 'd' | 'e' | 'm' | 'p' | 'r'
  /** The element type of an array. */
  element: number | null
  /** The base type of a domain, with its length or precision: `character varying(10)`. */
  base: number | null
  baseSql: string | null
  notNull: boolean
  default: string | null
  checks: { name: string; definition: string; validated: boolean }[]
  /** The values of an enum, in order. */
  labels: string[]
  /** The attributes of a composite type, or the columns of a table's row type. */
  attributes: { name: string; type: number }[]
  /** The table or view of a row type. */
  relation: number | null
}

/** A function's parameters in declared order, which @supabase/postgrest-typegen does not keep. */
export interface ParameterRow {
  id: number
  /** Whether it belongs to an extension, such as citext. */
  ofExtension: boolean
  /** Input types, which distinguish overloads. */
  signature: string
  parameters: { name: string; mode: 'i' | 'o' | 'b' | 'v' | 't'; type: number; optional: boolean }[]
}

/** Reads every type that a schema's tables, views and functions use, and those that it defines. */
export async function readTypes(
  client: pg.ClientBase,
  schema: string,
): Promise<{ types: TypeRow[]; functions: ParameterRow[] }> {
  const types = await client.query<{ answer: TypeRow[] }>(TYPES, [schema])
  const functions = await client.query<{ answer: ParameterRow[] }>(PARAMETERS, [schema])
  return { types: types.rows[0]?.answer ?? [], functions: functions.rows[0]?.answer ?? [] }
}

const TYPES = `
with recursive schema as (
    select oid from pg_catalog.pg_namespace where nspname = $1
), mentioned as (
    select attribute.atttypid as oid
    from pg_catalog.pg_attribute as attribute
    join pg_catalog.pg_class on pg_class.oid = attribute.attrelid
    where pg_class.relnamespace = (select oid from schema)
        and pg_class.relkind in ('r', 'p', 'v', 'm', 'f')
        and attribute.attnum > 0
        and not attribute.attisdropped
    union
    select unnest(prorettype || coalesce(proallargtypes, proargtypes::oid[]))
    from pg_catalog.pg_proc
    where pronamespace = (select oid from schema) and prokind = 'f'
    union
    select oid from pg_catalog.pg_type where typnamespace = (select oid from schema) and typtype in ('c', 'e')
), used as (
    select oid from mentioned
    union
    select part.oid
    from used
    join pg_catalog.pg_type as type on type.oid = used.oid
    cross join lateral (
        select type.typbasetype as oid
        union all
        select type.typelem
        where type.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc
        union all
        select attribute.atttypid
        from pg_catalog.pg_attribute as attribute
        where attribute.attrelid = type.typrelid and attribute.attnum > 0 and not attribute.attisdropped
    ) as part
    where part.oid <> 0
)
select coalesce(jsonb_agg(jsonb_build_object(
    'id', type.oid::bigint,
    'schema', namespace.nspname,
    'name', type.typname,
    'kind', type.typtype,
    'element', case
        when type.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc then type.typelem::bigint
    end,
    'base', nullif(type.typbasetype::bigint, 0),
    'baseSql', case
        when type.typtype = 'd' then pg_catalog.format_type(type.typbasetype, type.typtypmod)
    end,
    'notNull', type.typnotnull,
    'default', pg_catalog.pg_get_expr(type.typdefaultbin, 0),
    'checks', coalesce((
        select jsonb_agg(jsonb_build_object(
            'name', conname,
            'definition', pg_catalog.pg_get_constraintdef(pg_constraint.oid),
            'validated', convalidated
        ) order by conname)
        from pg_catalog.pg_constraint
        where contypid = type.oid and contype = 'c'
    ), '[]'),
    'labels', array(
        select enumlabel from pg_catalog.pg_enum where enumtypid = type.oid order by enumsortorder
    ),
    'attributes', coalesce((
        select jsonb_agg(
            jsonb_build_object('name', attname, 'type', atttypid::bigint) order by attnum
        )
        from pg_catalog.pg_attribute
        where attrelid = type.typrelid and attnum > 0 and not attisdropped
    ), '[]'),
    'relation', (
        select pg_class.oid::bigint from pg_catalog.pg_class where pg_class.oid = type.typrelid and relkind <> 'c'
    )
)), '[]') as answer
from used
join pg_catalog.pg_type as type on type.oid = used.oid
join pg_catalog.pg_namespace as namespace on namespace.oid = type.typnamespace`

const PARAMETERS = `
select coalesce(jsonb_agg(jsonb_build_object(
    'id', function.oid::bigint,
    'ofExtension', exists (
        select from pg_catalog.pg_depend
        where classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and objid = function.oid and deptype = 'e'
    ),
    'signature', (
        select coalesce(string_agg(pg_catalog.format_type(type, null), ', ' order by place), '')
        from unnest(function.proargtypes::oid[]) with ordinality as input (type, place)
    ),
    'parameters', coalesce((
        select jsonb_agg(jsonb_build_object(
            'name', coalesce(function.proargnames[place], ''),
            'mode', mode,
            'type', type::bigint,
            'optional', mode in ('i', 'b', 'v') and inputs > function.pronargs - function.pronargdefaults
        ) order by place)
        from (
            select
                type,
                place,
                coalesce(function.proargmodes[place], 'i') as mode,
                count(*) filter (where coalesce(function.proargmodes[place], 'i') in ('i', 'b', 'v'))
                    over (order by place) as inputs
            from unnest(coalesce(function.proallargtypes, function.proargtypes::oid[])) with ordinality
                as parameter (type, place)
        ) as parameter
    ), '[]')
)), '[]') as answer
from pg_catalog.pg_proc as function
join pg_catalog.pg_namespace as namespace on namespace.oid = function.pronamespace
where namespace.nspname = $1 and function.prokind = 'f'`
