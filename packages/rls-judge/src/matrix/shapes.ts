import pg from 'pg'
import { type Intent, ownerOf, type Rows, rowsOf, type TableAccess } from '../intent.ts'
import type { Platform } from '../platform.ts'

/** Properties of a column from which statements are built. */
export interface Column {
  name: string
  /** The type as in a cast: `numeric(10,2)`, `public.mood`. */
  type: string
  /** The type without modifier; for a domain, its base type. */
  base: string
  /** An insert must give a value. */
  required: boolean
  generated: boolean
  /** Part of a primary, unique or foreign key: the planner may keep statistics on it. */
  inKey: boolean
  /** An identity column; `always` refuses other values. */
  identity?: 'always' | 'by default'
  /** The first value of an enum. */
  label?: string
  /** A foreign key to an account. */
  account?: true
  /** The column of another table of the intent that it references. */
  references?: { shape: Shape; column: Column }
}

/** A table of the intent, with properties from the catalog. */
export interface Shape {
  name: string
  /** Qualified and quoted name. */
  table: string
  access: TableAccess
  rows: Rows
  columns: Column[]
  key: string[]
  /** Name of the primary key. */
  keyName: string
  /** The column that distinguishes the rows of one person. */
  id: Column
  /** The owner column; undefined if rows have no owner. */
  owner?: Column
  /** `owner`, or `id` if rows have no owner: the column by which statements find a person's rows. */
  anchor: Column
  /** Whether rows may remain after their account is deleted: no foreign key refers to the account. */
  outlivesAccount: boolean
}

interface ColumnRow {
  table: string
  name: string
  type: string
  base: string
  required: boolean
  generated: boolean
  identity: 'a' | 'd' | ''
  label: string | null
  in_key: boolean
  in_any_key: boolean
  key_name: string | null
}

interface ReferenceRow {
  table: string
  name: string
  to_schema: string
  to_table: string
  to_name: string
}

/** Reads the structure of the intent's tables, from which statements are built. */
export async function readShapes(client: pg.Client, intent: Intent, platform: Platform): Promise<Shape[]> {
  const names = Object.keys(intent.tables)
  const { rows } = await client.query<ColumnRow>(COLUMNS, [names])
  const { rows: references } = await client.query<ReferenceRow>(REFERENCES, [names])
  const shapes = Object.entries(intent.tables).map(([name, access]) =>
    shapeOf(name, access, intent, rows, references),
  )
  const { accounts } = platform
  for (const { table, name, to_schema, to_table, to_name } of references) {
    const column = shapes.find((shape) => shape.name === table)?.columns.find((each) => each.name === name)
    if (column && to_schema === accounts.schema && to_table === accounts.table) column.account = true
    if (to_schema !== 'public') continue
    const shape = shapes.find((each) => each.name === to_table)
    const target = shape?.columns.find((each) => each.name === to_name)
    if (column && shape && target) column.references ??= { shape, column: target }
  }
  return shapes
}

function shapeOf(
  name: string,
  access: TableAccess,
  intent: Intent,
  rows: readonly ColumnRow[],
  references: readonly ReferenceRow[],
): Shape {
  const own = rows.filter((row) => row.table === name)
  const columns = own.map(
    (row): Column => ({
      name: row.name,
      type: row.type,
      base: row.base,
      required: row.required,
      generated: row.generated,
      inKey: row.in_any_key,
      ...(row.identity === '' ? {} : { identity: row.identity === 'a' ? 'always' : 'by default' }),
      ...(row.label === null ? {} : { label: row.label }),
    }),
  )
  const key = own.filter((row) => row.in_key).map((row) => row.name)
  const ownerName = ownerOf(intent, access)
  const owner = columns.find((column) => column.name === ownerName)
  const idName = columns.some((column) => column.name === 'id')
    ? 'id'
    : (key.find((column) => column !== ownerName) ?? key[0])
  const id = columns.find((column) => column.name === idName)
  if (!id) throw new Error(`public.${name} has no primary key: rls-judge cannot identify its rows`)
  return {
    name,
    table: `public.${pg.escapeIdentifier(name)}`,
    access,
    rows: rowsOf(intent, access),
    columns,
    key,
    keyName: own.find((row) => row.key_name !== null)?.key_name ?? '',
    id,
    ...(owner ? { owner } : {}),
    anchor: owner ?? id,
    outlivesAccount: !references.some((each) => each.table === name && each.name === ownerName),
  }
}

const COLUMNS = `
  select
    c.relname as table,
    a.attname as name,
    format_type(a.atttypid, a.atttypmod) as type,
    format_type(case when t.typtype = 'd' then t.typbasetype else t.oid end, null) as base,
    a.attnotnull and not a.atthasdef and a.attgenerated = '' and a.attidentity = '' as required,
    a.attgenerated <> '' as generated,
    a.attidentity as identity,
    (select enumlabel from pg_enum where enumtypid = t.oid order by enumsortorder limit 1) as label,
    a.attnum = any (coalesce(k.conkey, '{}')) as in_key,
    exists (
      select from pg_constraint any_key
      where any_key.conrelid = c.oid and any_key.contype in ('p', 'u', 'f') and a.attnum = any (any_key.conkey)
    ) as in_any_key,
    k.conname as key_name
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
  where c.relnamespace = 'public'::regnamespace
    and c.relname = any ($1)
  order by c.relname, a.attnum
`

// One row for each column of a foreign key.
const REFERENCES = `
  select c.relname as table, a.attname as name, target.relnamespace::regnamespace::text as to_schema, target.relname as to_table, target_column.attname as to_name
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_class target on target.oid = k.confrelid
  cross join lateral unnest(k.conkey, k.confkey) as pair (own, other)
  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.own
  join pg_attribute target_column on target_column.attrelid = k.confrelid and target_column.attnum = pair.other
  where k.contype = 'f'
    and c.relnamespace = 'public'::regnamespace
    and c.relname = any ($1)
  order by c.relname, a.attnum, k.conname
`
