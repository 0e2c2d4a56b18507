import pg from 'pg'
import type { Person } from './actors.ts'
import { baseColumns, type Fixtures, insertedColumns } from './fixtures.ts'
import type { InsertStatement } from './needs.ts'
import { addressQuery } from './row-statements.ts'
import type { Column, Shape } from './shapes.ts'
import { keyIn, newValue, type Row, rowOf, valueIn } from './values.ts'

/** Statements that insert a row of a person, or conflict with the existing row. */
export function* insertStatements(
  shape: Shape,
  fixtures: Fixtures,
  owner: Person,
): Generator<InsertStatement> {
  const { table, name: t, id } = shape
  const seed = fixtures.seeds[owner]
  const row = rowOf(seed, 2)
  // A new id that is a foreign key needs a row in the referenced table.
  const newId = keyIn(shape, id.references ? fixtures.spare : fixtures.missing)
  const value = (column: Column) => (column === id && !column.identity ? newId : newValue(shape, column, row))
  const base = insertedColumns(shape)
  const address = { id: newId, owner: shape.owner ? valueIn(shape, shape.owner, row) : '' }
  const { wanted, sameRow } = addressQuery(shape, address)
  const existingRow = addressOf(shape, row)

  for (const column of shape.columns) {
    const columns = base.includes(column) ? base : [...base, column]
    const need = { insert: columns.map(({ name }) => name) }
    const insert = `insert into ${table} (${list(columns)})`
    const values = `values (${columns.map(value).join(', ')})`
    const name = `${t}.${column.name}`
    yield { form: `insert ${name}`, need, sql: `${insert} ${values}`, plain: true }
    yield { form: `insert ${name} returning`, need, sql: `${insert} ${values} returning *` }
    yield {
      form: `insert ${name} in a CTE`,
      need,
      sql: `with added as (${insert} ${values} returning ${list([id])}) select from added`,
    }
    yield {
      form: `merge, insert ${name}`,
      need,
      sql: `merge into ${table} t using ${wanted} on ${sameRow} when not matched then insert (${list(columns)}) ${values}`,
    }
    if (columns.every(({ generated, identity }) => !generated && !identity)) {
      yield {
        form: `insert ${name} from a query`,
        need,
        fromQuery: true,
        sql: `${insert} select ${columns.map(copied(shape, value)).join(', ')} from ${table} t where ${existingRow}`,
      }
    }
  }
  yield* conflicts(shape, seed)
}

/** Inserts that conflict with the existing row. The key's value is given even if a sequence generates it. */
function* conflicts(shape: Shape, seed: Row['id']): Generator<InsertStatement> {
  const { table, name: t } = shape
  const base = baseColumns(shape)
  const key = shape.key.map((name) => pg.escapeIdentifier(name)).join(', ')
  const overriding = base.some(({ identity }) => identity === 'always') ? ' overriding system value' : ''
  const values = base.map((column) => valueIn(shape, column, rowOf(seed, 1)))
  const existing = `insert into ${table} (${list(base)})${overriding} values (${values.join(', ')}) on conflict`
  const need = { insert: base.map(({ name }) => name) }
  for (const column of shape.columns) {
    const c = pg.escapeIdentifier(column.name)
    const same = column.generated || column.identity === 'always' ? 'default' : `excluded.${c}`
    yield {
      form: `insert on conflict update ${t}.${column.name}`,
      need: { ...need, update: [column.name] },
      existing: '1',
      sql: `${existing} (${key}) do update set ${c} = ${same}`,
      ...(column.identity === 'always' ? { moves: true } : {}),
    }
  }
  yield {
    form: `insert ${t} on conflict do nothing`,
    need,
    existing: '0',
    sql: `${existing} do nothing`,
  }
  yield {
    form: `insert ${t} on conflict (key) do nothing`,
    need,
    existing: '0',
    sql: `${existing} (${key}) do nothing`,
  }
}

/** Expressions for a copy of a row. Other uuids, foreign keys and defaults are copied; the id and the rest are new. */
function copied(shape: Shape, value: (column: Column) => string): (column: Column) => string {
  return (column) => {
    const fresh = value(column)
    const own =
      column !== shape.id &&
      (column.base === 'uuid' || column.references !== undefined || fresh === 'default')
    return own ? `t.${pg.escapeIdentifier(column.name)}` : fresh
  }
}

function addressOf(shape: Shape, row: Row): string {
  const columns = shape.owner && shape.owner !== shape.id ? [shape.id, shape.owner] : [shape.id]
  return columns
    .map((column) => `t.${pg.escapeIdentifier(column.name)} = ${valueIn(shape, column, row)}`)
    .join(' and ')
}

function list(columns: readonly Column[]): string {
  return columns.map(({ name }) => pg.escapeIdentifier(name)).join(', ')
}
