import type pg from 'pg'
import { TABLES } from '../../../../db/access.ts'
import type { TableAccess } from '../intent.ts'

/** A column as statements need it. */
export interface Column {
  name: string
  type: string
  /** A row cannot be added without it. */
  required: boolean
  generated: boolean
}

/** A table of the intent, with what the catalog adds. */
export interface Shape {
  name: string
  access: TableAccess
  columns: Column[]
  key: string[]
}

/** Reads how the tables of db/access.ts are built; statements are made from it. */
export async function readShapes(client: pg.Client): Promise<Shape[]> {
  const { rows } = await client.query<Column & { table: string; in_key: boolean }>(
    `
    select
      c.relname as table,
      a.attname as name,
      format_type(a.atttypid, a.atttypmod) as type,
      a.attnotnull and not a.atthasdef and a.attgenerated = '' as required,
      a.attgenerated <> '' as generated,
      a.attnum = any (coalesce(k.conkey, '{}')) as in_key
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
    where c.relnamespace = 'public'::regnamespace
      and c.relname = any ($1)
    order by c.relname, a.attnum
    `,
    [Object.keys(TABLES)],
  )
  return Object.entries(TABLES).map(([name, access]) => {
    const columns = rows.filter((row) => row.table === name)
    return { name, access, columns, key: columns.filter((row) => row.in_key).map((row) => row.name) }
  })
}

/**
 * SQL of a value for a column. Every row of a person has the same id in every table, so that a reference to
 * another table points at that person's row there.
 *
 * @param n tells rows of one person apart where a number is unique
 */
export function stockValue(
  shape: Shape,
  column: Column,
  row: { id: string; owner: string; n: number },
): string {
  if (column.generated) return 'default'
  if (column.name === 'user_id') return row.owner
  const example = shape.access.examples?.[column.name]
  if (example !== undefined) return example
  switch (column.type.replace(/\(.*\)/, '')) {
    case 'uuid':
      return row.id
    case 'integer':
    case 'bigint':
    case 'smallint':
    case 'numeric':
    case 'real':
    case 'double precision':
      return String(row.n)
    case 'jsonb':
    case 'json':
    case 'boolean':
      return column.required ? (column.type === 'boolean' ? 'true' : "'{}'") : 'default'
    case 'timestamp with time zone':
    case 'timestamp without time zone':
    case 'date':
      return 'now()'
    default:
      return column.required ? "'sample'" : 'default'
  }
}
