import pg from 'pg'
import type { Person } from './actors.ts'
import type { Fixtures } from './fixtures.ts'
import type { InsertStatement, Need } from './needs.ts'
import type { Column, Shape } from './shapes.ts'
import { stockValue } from './shapes.ts'

export function* insertStatements(
  shape: Shape,
  fixtures: Fixtures,
  owner: Person,
): Generator<InsertStatement> {
  const table = `public.${pg.escapeIdentifier(shape.name)}`
  const t = shape.name
  const literal = pg.escapeLiteral
  const existingId = literal(fixtures.rows[owner])
  const row = { id: existingId, owner: literal(fixtures.ids[owner]), n: 2 }
  const base = shape.columns.filter(({ name, required }) => required || name === 'id' || name === 'user_id')
  const list = (columns: readonly Column[]) => columns.map(({ name }) => pg.escapeIdentifier(name)).join(', ')
  // A new id; references still point at the owner's row.
  const value = (column: Column) =>
    column.name === 'id' ? literal(fixtures.missing) : stockValue(shape, column, row)
  const existingValue = (column: Column) => stockValue(shape, column, { ...row, n: 1 })
  const key = shape.key.map((name) => pg.escapeIdentifier(name)).join(', ')

  for (const column of shape.columns) {
    const columns = base.includes(column) ? base : [...base, column]
    const need: Need = { insert: columns.map(({ name }) => name) }
    const insert = `insert into ${table} (${list(columns)})`
    const values = `values (${columns.map(value).join(', ')})`
    const name = `${t}.${column.name}`
    yield { form: `insert ${name}`, need, sql: `${insert} ${values}` }
    yield { form: `insert ${name} returning`, need, sql: `${insert} ${values} returning *` }
    yield {
      form: `insert ${name} in a CTE`,
      need,
      sql: `with added as (${insert} ${values} returning id) select from added`,
    }
    yield {
      form: `merge, insert ${name}`,
      need,
      sql: `merge into ${table} t using (select ${literal(fixtures.missing)}::uuid as id, ${row.owner}::uuid as user_id) s on t.id = s.id and t.user_id = s.user_id when not matched then insert (${list(columns)}) ${values}`,
    }
    if (columns.every(({ generated }) => !generated)) {
      // the row as it is, with a new id and the values that must differ
      const copied = columns.map((each) => {
        const fresh = value(each)
        const own = each.name !== 'id' && (each.type === 'uuid' || fresh === 'default')
        return own ? `t.${pg.escapeIdentifier(each.name)}` : fresh
      })
      yield {
        form: `insert ${name} from a query`,
        need,
        fromQuery: true,
        sql: `${insert} select ${copied.join(', ')} from ${table} t where t.id = ${existingId} and t.user_id = ${row.owner}`,
      }
    }
    const conflict = `insert into ${table} (${list(base)}) values (${base.map(existingValue).join(', ')}) on conflict`
    const c = pg.escapeIdentifier(column.name)
    yield {
      form: `insert on conflict update ${name}`,
      need: { insert: base.map((each) => each.name), update: [column.name] },
      existing: '1',
      sql: `${conflict} (${key}) do update set ${c} = ${column.generated ? 'default' : `excluded.${c}`}`,
    }
  }
  const need: Need = { insert: base.map(({ name }) => name) }
  const existing = `insert into ${table} (${list(base)}) values (${base.map(existingValue).join(', ')})`
  yield {
    form: `insert ${t} on conflict do nothing`,
    need,
    existing: '0',
    sql: `${existing} on conflict do nothing`,
  }
  yield {
    form: `insert ${t} on conflict (key) do nothing`,
    need,
    existing: '0',
    sql: `${existing} on conflict (${key}) do nothing`,
  }
}
