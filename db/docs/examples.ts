import { loadModule } from 'libpg-query'
import pg from 'pg'
import type { TableNotes } from 'schema-site/table-page.ts'
import { INTENT } from '../access.ts'
import { identifier, qualified, ROW_ID } from '../facts/row.ts'
import { type ColumnFacts, readSchema, type TableFacts } from '../facts/schema.ts'

type Value = string | number | boolean | object

/** A row that a user may insert: its values by column, in the table's order. */
type Row = readonly (readonly [column: string, value: Value])[]

/** Inserts of a user with all required columns, in SQL, for Kysely and for supabase-js. */
export async function insertExamples(): Promise<TableNotes['examples']> {
  await loadModule()
  const schema = await readSchema()
  return ({ name }) => {
    const table = schema.find((each) => each.name === name)
    const rows = table && rowsFor(schema, table, false)
    if (!rows) return []
    return [
      { title: 'SQL', language: 'sql', text: rows.map(asSql).join('\n\n') },
      { title: 'Kysely', language: 'ts', text: asKysely(rows) },
      { title: 'supabase-js', language: 'ts', text: rows.map(asSupabase).join('\n\n') },
    ]
  }
}

interface TableRow {
  table: TableFacts
  row: Row
}

/** The row, preceded by the rows it refers to; undefined if users cannot insert it, or no value is known for a column. */
function rowsFor(
  schema: readonly TableFacts[],
  table: TableFacts,
  referred: boolean,
): TableRow[] | undefined {
  const access = INTENT.tables[table.name]
  const insert: readonly string[] | undefined = access?.authenticated.insert
  if (insert === undefined) return undefined
  const parents = table.constraints.flatMap(({ references, columns }) => {
    const parent = schema.find((each) => references?.table === `public.${each.name}` && each !== table)
    return parent ? [{ parent, columns }] : []
  })
  const before = parents.map(({ parent }) => rowsFor(schema, parent, true))
  const given = table.columns.filter(
    (column) =>
      insert.includes(column.name) &&
      ((column.notNull && !column.hasDefault) || (referred && column.name === 'id')),
  )
  const row = given.map(({ name, ...column }) => {
    const refers = parents.some(({ columns }) => columns.includes(name))
    return [name, refers || (referred && name === 'id') ? ROW_ID : exampleOf({ name, ...column })] as const
  })
  const known = row.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  if (known.length < row.length || access?.examples !== undefined || before.includes(undefined))
    return undefined
  return [...before.flatMap((rows) => rows ?? []), { table, row: known }]
}

function exampleOf({ name, type, rules }: ColumnFacts): Value | undefined {
  for (const rule of rules) {
    if (rule.kind === 'list') return rule.values[0]
    if (rule.kind === 'json') return rule.shape === 'array' ? [] : {}
  }
  switch (type) {
    case 'text':
      return `a ${name.replaceAll('_', ' ')}`
    case 'uuid':
      return ROW_ID
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric':
      return 1
    case 'bool':
      return true
    case 'jsonb':
      return {}
    default:
      return undefined
  }
}

function asSql({ table, row }: TableRow): string {
  const names = row.map(([name]) => identifier(name)).join(', ')
  const values = row.map(([, value]) => literal(value)).join(', ')
  const given = row.length === 0 ? 'default values' : `(${names})\nvalues (${values})`
  return `insert into ${qualified(table)} ${given}\nreturning *;`
}

function literal(value: Value): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return pg.escapeLiteral(typeof value === 'string' ? value : JSON.stringify(value))
}

function asKysely(rows: readonly TableRow[]): string {
  const [last, ...before] = rows.toReversed()
  const insert = ({ table, row }: TableRow) =>
    `tx\n    .insertInto(${quoted(table.name)})\n    ${row.length === 0 ? '.defaultValues()' : `.values(${object(row)})`}`
  const first = before.toReversed().map((each) => `  await ${insert(each)}\n    .execute()\n`)
  return `import { withUser } from '@centrid/db'

const row = await withUser(db, claims, async (tx) => {
${first.join('')}  return ${last ? insert(last) : ''}
    .returningAll()
    .executeTakeFirstOrThrow()
})`
}

function asSupabase({ table, row }: TableRow): string {
  return `await supabase
  .from(${quoted(table.name)})
  .insert(${object(row)})
  .select()
  .single()
  .throwOnError()`
}

function object(row: Row): string {
  if (row.length === 0) return '{}'
  const parts = row.map(
    ([name, value]) =>
      `${/^[a-z_]\w*$/.test(name) ? name : quoted(name)}: ${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`,
  )
  return `{ ${parts.join(', ')} }`
}

function quoted(text: string): string {
  return text.includes("'") || text.includes('\\') ? JSON.stringify(text) : `'${text}'`
}
