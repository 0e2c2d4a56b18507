import type pg from 'pg'

export interface GrantsRow {
  relation: number
  column: string
  /** Oid of its type. */
  type: number
  sqlType: string
  select: string[]
  insert: string[]
  update: string[]
}

export interface CheckRow {
  relation: number
  /** The column whose domain has the check; the definition calls it VALUE. */
  column?: string
  name: string
  definition: string
  /** False for a NOT VALID check, which existing rows may violate. */
  validated: boolean
}

export interface GrantsAndChecks {
  columns: GrantsRow[]
  deletes: { relation: number; roles: string[] }[]
  checks: CheckRow[]
  functions: { id: number; comment: string | null; execute: string[] }[]
}

/** What @supabase/postgrest-typegen does not read: privileges by role, exact types, every check, functions' comments. */
export async function readGrantsAndChecks(
  client: pg.ClientBase,
  schema: string,
  roles: readonly string[],
): Promise<GrantsAndChecks> {
  const { rows } = await client.query<{ answer: GrantsAndChecks }>(SQL, [schema, roles])
  return rows[0]?.answer ?? { columns: [], deletes: [], checks: [], functions: [] }
}

// The has_…_privilege functions include privileges inherited from other roles and from PUBLIC.
const SQL = `
with roles as (
    select rolname, oid from pg_catalog.pg_roles where rolname = any ($2::text[])
), relations as (
    select pg_class.oid, pg_class.relname
    from pg_catalog.pg_class
    join pg_catalog.pg_namespace on pg_namespace.oid = pg_class.relnamespace
    where pg_namespace.nspname = $1 and pg_class.relkind in ('r', 'p', 'v', 'm', 'f')
)
select jsonb_build_object(
    'columns', coalesce((
        select jsonb_agg(jsonb_build_object(
            'relation', relations.oid::bigint,
            'column', attribute.attname,
            'type', attribute.atttypid::bigint,
            'sqlType', pg_catalog.format_type(attribute.atttypid, attribute.atttypmod),
            'select', array(
                select rolname from roles
                where has_column_privilege(roles.oid, relations.oid, attribute.attnum, 'select') order by rolname
            ),
            'insert', array(
                select rolname from roles
                where has_column_privilege(roles.oid, relations.oid, attribute.attnum, 'insert') order by rolname
            ),
            'update', array(
                select rolname from roles
                where has_column_privilege(roles.oid, relations.oid, attribute.attnum, 'update') order by rolname
            )
        ))
        from relations
        join pg_catalog.pg_attribute as attribute on attribute.attrelid = relations.oid
        where attribute.attnum > 0 and not attribute.attisdropped
    ), '[]'),
    'deletes', coalesce((
        select jsonb_agg(jsonb_build_object(
            'relation', relations.oid::bigint,
            'roles', array(
                select rolname from roles where has_table_privilege(roles.oid, relations.oid, 'delete') order by rolname
            )
        ))
        from relations
    ), '[]'),
    'checks', coalesce((
        select jsonb_agg(jsonb_build_object(
            'relation', conrelid::bigint,
            'name', conname,
            'definition', pg_catalog.pg_get_constraintdef(pg_constraint.oid),
            'validated', convalidated
        ) order by conname)
        from pg_catalog.pg_constraint
        join relations on relations.oid = pg_constraint.conrelid
        where contype = 'c'
    ), '[]'),
    'functions', coalesce((
        select jsonb_agg(jsonb_build_object(
            'id', pg_proc.oid::bigint,
            'comment', pg_catalog.obj_description(pg_proc.oid, 'pg_proc'),
            'execute', array(
                select rolname from roles where has_function_privilege(roles.oid, pg_proc.oid, 'execute') order by rolname
            )
        ))
        from pg_catalog.pg_proc
        join pg_catalog.pg_namespace on pg_namespace.oid = pg_proc.pronamespace
        where pg_namespace.nspname = $1
    ), '[]')
) as answer`
