import pg from 'pg'
import type { Command } from '../../../db/access.ts'
import { type Actor, BROKEN_CLAIMS, type Person } from './actors.ts'
import type { Cell } from './attempts.ts'
import type { Fixtures } from './fixtures.ts'
import { type Column, type Shape, stockValue } from './shapes.ts'

const DENIED = '42501'
const NO_ACCOUNT = '23503'
const DUPLICATE = '23505'

/** Whose row a statement is about; nobody's is a row that does not exist. */
const TARGETS = ['ada', 'bob', 'nobody'] as const
type Target = (typeof TARGETS)[number]

/** Privileges that a statement needs, beside `select`. */
interface Need {
  insert?: readonly string[]
  update?: readonly string[]
  /** `select … for update` needs the right to update any one column. */
  updateAny?: true
  delete?: true
}

/** Every cell of one table, for every actor. */
export function* tableCells(shape: Shape, fixtures: Fixtures, actors: readonly Actor[]): Generator<Cell> {
  for (const actor of actors) {
    const others = (['ada', 'bob'] as const).filter((person) => person !== actor.identity)
    const cell = (name: string, sql: string, expected: string): Cell => ({
      name: `${actor.name}: ${name}`,
      actor,
      sql,
      expected,
      // the server may change anybody's rows where it may change rows at all
      untouched:
        sql.startsWith('select') || (actor.role === 'service_role' && expected !== '0')
          ? []
          : others.map((person) => fixtures.ids[person]),
      table: shape.name,
    })
    for (const target of TARGETS) {
      const id = pg.escapeLiteral(target === 'nobody' ? fixtures.missing : fixtures.rows[target])
      const whose = target === 'nobody' ? 'no row' : `the row of ${target}`
      for (const [form, need, sql] of rowStatements(shape, id)) {
        yield cell(`${form}, ${whose}`, sql, rowOutcome(shape, actor, target, need))
      }
    }
    const owners: Person[] = actor.identity === 'dora' ? ['ada', 'bob', 'dora'] : ['ada', 'bob']
    for (const owner of owners) {
      for (const statement of insertStatements(shape, fixtures, owner)) {
        yield cell(
          `${statement.form}, for ${owner}`,
          statement.sql,
          insertOutcome(shape, actor, owner, statement),
        )
      }
    }
    for (const [form, sql] of ownerStatements(shape)) yield cell(form, sql, DENIED)
  }
}

/** Statements about one existing row: name, needed privileges, SQL. */
function* rowStatements(shape: Shape, id: string): Generator<[string, Need, string]> {
  const table = `public.${pg.escapeIdentifier(shape.name)}`
  const t = shape.name
  for (const { name, generated } of shape.columns) {
    const c = pg.escapeIdentifier(name)
    yield [`select ${t}.${name}`, {}, `select ${c} from ${table} where id = ${id}`]
    yield [
      `select by ${t}.${name}`,
      {},
      `select from ${table} where id = ${id} and (${c} is null or ${c} is not null)`,
    ]
    const same = generated ? 'default' : `t.${c}`
    const update = `update ${table} t set ${c} = ${same}`
    const need: Need = { update: [name] }
    yield [`update ${t}.${name}`, need, `${update} where t.id = ${id}`]
    yield [`update ${t}.${name} returning`, need, `${update} where t.id = ${id} returning *`]
    yield [`update ${t}.${name} from`, need, `${update} from ${table} s where s.id = t.id and t.id = ${id}`]
    yield [
      `update ${t}.${name} in a CTE`,
      need,
      `with changed as (${update} where t.id = ${id} returning id) select from changed`,
    ]
    yield [
      `merge, update ${t}.${name}`,
      need,
      `merge into ${table} t using (select ${id}::uuid as id) s on t.id = s.id when matched then update set ${c} = ${same}`,
    ]
  }
  const from = `from ${table} t where t.id = ${id}`
  yield [`select ${t}, whole row`, {}, `select t ${from}`]
  yield [`select ${t}.*`, {}, `select * ${from}`]
  yield [`select system columns of ${t}`, {}, `select ctid, xmin, xmax, cmin, cmax, tableoid ${from}`]
  yield [`select ${t} in a CTE`, {}, `with rows as materialized (select * ${from}) select from rows`]
  yield [`select ${t} in a subquery`, {}, `select from (select * ${from} offset 0) rows`]
  yield [`select ${t} with exists`, {}, `select where exists (select ${from})`]
  yield [
    `select ${t} joined with itself`,
    {},
    `select from ${table} s join ${table} t using (id) where t.id = ${id}`,
  ]
  yield [`select ${t} with a union`, {}, `select id ${from} union select id ${from}`]
  yield [
    `select ${t} laterally`,
    {},
    `select from (values (${id}::uuid)) s (id), lateral (select from ${table} t where t.id = s.id) rows`,
  ]
  yield [`select ${t} by owner`, {}, `select ${from} and t.user_id is not null`]
  for (const strength of ['update', 'no key update', 'share', 'key share']) {
    yield [`select ${t} for ${strength}`, { updateAny: true }, `select ${from} for ${strength}`]
  }
  const remove = `delete from ${table} t`
  yield [`delete ${t}`, { delete: true }, `${remove} where t.id = ${id}`]
  yield [`delete ${t} returning`, { delete: true }, `${remove} where t.id = ${id} returning *`]
  yield [
    `delete ${t} using`,
    { delete: true },
    `${remove} using ${table} s where s.id = t.id and t.id = ${id}`,
  ]
  yield [
    `delete ${t} in a CTE`,
    { delete: true },
    `with gone as (${remove} where t.id = ${id} returning id) select from gone`,
  ]
  yield [
    `merge, delete ${t}`,
    { delete: true },
    `merge into ${table} t using (select ${id}::uuid as id) s on t.id = s.id when matched then delete`,
  ]
}

interface InsertStatement {
  form: string
  sql: string
  need: Need
  /** The row is there already: nothing is added, and these many rows count. */
  existing?: '0' | '1'
  /** Rows come from a query about the row of `owner`. */
  fromQuery?: true
}

function* insertStatements(shape: Shape, fixtures: Fixtures, owner: Person): Generator<InsertStatement> {
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
      sql: `merge into ${table} t using (select ${literal(fixtures.missing)}::uuid as id) s on t.id = s.id when not matched then insert (${list(columns)}) ${values}`,
    }
    const selected = columns.filter(({ generated }) => !generated)
    if (selected.length === columns.length) {
      yield {
        form: `insert ${name} from a query`,
        need,
        fromQuery: true,
        sql: `${insert} select ${columns.map((each) => (['id', 'user_id'].includes(each.name) || each.type === 'uuid' ? (each.name === 'id' ? literal(fixtures.missing) : `t.${pg.escapeIdentifier(each.name)}`) : value(each) === 'default' ? `t.${pg.escapeIdentifier(each.name)}` : value(each))).join(', ')} from ${table} t where t.id = ${existingId}`,
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

// Statements that lock the table before they look at privileges would stop other sessions: the catalog covers them.
/** What only the owner of the table may do, whatever rows there are. */
function ownerStatements({ name }: Shape): [string, string][] {
  const table = `public.${pg.escapeIdentifier(name)}`
  return [
    [`truncate ${name}`, `truncate ${table} cascade`],
    [`disable row level security of ${name}`, `alter table ${table} disable row level security`],
    [`own ${name}`, `alter table ${table} owner to current_user`],
    [`drop ${name}`, `drop table ${table} cascade`],
    [`add a policy to ${name}`, `create policy mine on ${table} using (true)`],
    [`add an index to ${name}`, `create index on ${table} (id)`],
  ]
}

function rowOutcome(shape: Shape, actor: Actor, target: Target, need: Need): string {
  if (!may(shape, actor, need)) return DENIED
  if (actor.role === 'service_role') return target === 'nobody' ? '0' : '1'
  if (actor.broken) return BROKEN_CLAIMS
  return actor.identity === target ? '1' : '0'
}

function insertOutcome(shape: Shape, actor: Actor, owner: Person, statement: InsertStatement): string {
  if (!may(shape, actor, statement.need)) return DENIED
  const { existing, fromQuery } = statement
  // a table whose key is the account has one row per account, and it is there
  const single = shape.key.length === 1
  if (actor.role === 'service_role') return existing ?? (single ? DUPLICATE : '1')
  if (actor.broken) return BROKEN_CLAIMS
  if (fromQuery) return actor.identity === owner && owner !== 'dora' ? '1' : '0'
  if (actor.identity !== owner) return DENIED
  if (owner === 'dora') return outlivesAccount(shape) ? '1' : NO_ACCOUNT
  return existing ?? '1'
}

/** The audit trail refers to no account. */
function outlivesAccount(shape: Shape): boolean {
  return shape.name === 'usage_events'
}

function may({ access }: Shape, { role }: Actor, need: Need): boolean {
  if (role === 'service_role') {
    const commands: Command[] = [
      'select',
      ...(need.insert ? (['insert'] as const) : []),
      ...(need.update || need.updateAny ? (['update'] as const) : []),
      ...(need.delete ? (['delete'] as const) : []),
    ]
    return commands.every((command) => access.service_role.includes(command))
  }
  if (role !== 'authenticated') return false
  const { select, insert = [], update = [], delete: remove } = access.authenticated
  return (
    select === true &&
    (need.insert ?? []).every((column) => insert.includes(column)) &&
    (need.update ?? []).every((column) => update.includes(column)) &&
    (!need.updateAny || update.length > 0) &&
    (!need.delete || remove === true)
  )
}
