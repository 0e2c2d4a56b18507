import pg from 'pg'
import type { Fixtures } from './fixtures.ts'
import type { Form } from './needs.ts'
import type { Shape } from './shapes.ts'
import { newValue, rowOf } from './values.ts'

/** How a statement identifies one row: by id and owner. */
export interface Address {
  id: string
  owner: string
}

/** The columns of an address, each once. */
export function addressColumns(shape: Shape): { name: string; type: string; part: keyof Address }[] {
  const { id, owner } = shape
  const columns = [{ name: pg.escapeIdentifier(id.name), type: id.type, part: 'id' as const }]
  if (!owner || owner === id) return columns
  return [...columns, { name: pg.escapeIdentifier(owner.name), type: owner.type, part: 'owner' as const }]
}

/** A subquery `s` whose one row is an address, and the condition that a row of `t` has that address. */
export function addressQuery(shape: Shape, address: Address): { wanted: string; sameRow: string } {
  const columns = addressColumns(shape)
  const values = columns.map(({ name, type, part }) => `${address[part]}::${type} as ${name}`)
  return {
    wanted: `(select ${values.join(', ')}) s`,
    sameRow: columns.map(({ name }) => `s.${name} = t.${name}`).join(' and '),
  }
}

/** Statements about one row. */
export function* rowStatements(shape: Shape, address: Address): Generator<Form> {
  const { table, name: t } = shape
  const condition = addressColumns(shape).map(({ name, part }) => `t.${name} = ${address[part]}`)
  const where = `where ${condition.join(' and ')}`
  const { wanted, sameRow } = addressQuery(shape, address)
  const id = pg.escapeIdentifier(shape.id.name)
  const from = `from ${table} t ${where}`
  for (const { name, generated, identity } of shape.columns) {
    const c = pg.escapeIdentifier(name)
    yield { form: `select ${t}.${name}`, need: {}, sql: `select ${c} ${from}`, plain: true }
    yield {
      form: `select by ${t}.${name}`,
      need: {},
      sql: `select ${from} and (${c} is null or ${c} is not null)`,
    }
    const same = generated || identity === 'always' ? 'default' : `t.${c}`
    const update = `update ${table} t set ${c} = ${same}`
    const need = { update: [name] }
    const moves = identity === 'always' ? ({ moves: true } as const) : {}
    yield { form: `update ${t}.${name}`, need, sql: `${update} ${where}`, plain: true, ...moves }
    yield { form: `update ${t}.${name} returning`, need, sql: `${update} ${where} returning *`, ...moves }
    yield {
      form: `update ${t}.${name} from`,
      need,
      sql: `${update} from ${table} s where ${sameRow} and ${condition.join(' and ')}`,
      ...moves,
    }
    yield {
      form: `update ${t}.${name} in a CTE`,
      need,
      sql: `with changed as (${update} ${where} returning ${id}) select from changed`,
      ...moves,
    }
    yield {
      form: `merge, update ${t}.${name}`,
      need,
      sql: `merge into ${table} t using ${wanted} on ${sameRow} when matched then update set ${c} = ${same}`,
      ...moves,
    }
    yield { form: `update ${t}.${name} by id alone`, need, sql: `${update} where t.${id} = ${address.id}` }
  }
  yield* readingForms(shape, address, from, wanted, sameRow, where)
  const need = { delete: true } as const
  const remove = `delete from ${table} t`
  yield { form: `delete ${t} by id alone`, need, sql: `${remove} where t.${id} = ${address.id}` }
  yield { form: `delete ${t}`, need, sql: `${remove} ${where}`, plain: true }
  yield { form: `delete ${t} returning`, need, sql: `${remove} ${where} returning *` }
  yield {
    form: `delete ${t} using`,
    need,
    sql: `${remove} using ${table} s where ${sameRow} and ${condition.join(' and ')}`,
  }
  yield {
    form: `delete ${t} in a CTE`,
    need,
    sql: `with gone as (${remove} ${where} returning ${id}) select from gone`,
  }
  yield {
    form: `merge, delete ${t}`,
    need,
    sql: `merge into ${table} t using ${wanted} on ${sameRow} when matched then delete`,
  }
}

function* readingForms(
  { table, name: t, id: { name } }: Shape,
  address: Address,
  from: string,
  wanted: string,
  sameRow: string,
  where: string,
): Generator<Form> {
  const id = pg.escapeIdentifier(name)
  const forms: Record<string, string> = {
    [`select ${t} by id alone`]: `select from ${table} t where t.${id} = ${address.id}`,
    [`select ${t}, whole row`]: `select t ${from}`,
    [`select system columns of ${t}`]: `select ctid, xmin, xmax, cmin, cmax, tableoid ${from}`,
    [`select ${t} in a CTE`]: `with rows as materialized (select * ${from}) select from rows`,
    [`select ${t} in a subquery`]: `select from (select * ${from} offset 0) rows`,
    [`select ${t} with exists`]: `select where exists (select ${from})`,
    [`select ${t} joined with itself`]: `select from ${table} s join ${table} t on ${sameRow} ${where}`,
    [`select ${t} with a union`]: `select ${id} ${from} union select ${id} ${from}`,
    [`select ${t} laterally`]: `select from ${wanted}, lateral (select from ${table} t where ${sameRow}) rows`,
  }
  yield { form: `select ${t}.*`, need: {}, sql: `select * ${from}`, plain: true }
  for (const [form, sql] of Object.entries(forms)) yield { form, need: {}, sql }
  for (const strength of ['update', 'no key update', 'share', 'key share']) {
    yield {
      form: `select ${t} for ${strength}`,
      need: { updateAny: true },
      sql: `select ${from} for ${strength}`,
    }
  }
}

/**
 * Statements without a condition. They read no column, so that only the policy of the command applies. (With a WHERE
 * clause or RETURNING, PostgreSQL also applies the policy for select.)
 */
export function* sweepingStatements(shape: Shape, { seeds }: Fixtures): Generator<Form> {
  const { table, name: t } = shape
  for (const column of shape.columns) {
    yield {
      form: `update every ${t}.${column.name}`,
      need: { update: [column.name], writeOnly: true },
      sql: `update ${table} set ${pg.escapeIdentifier(column.name)} = ${newValue(shape, column, rowOf(seeds.ada))}`,
    }
  }
  yield { form: `delete every ${t}`, need: { delete: true, writeOnly: true }, sql: `delete from ${table}` }
  yield { form: `select every ${t}`, need: {}, sql: `select from ${table}` }
}

// Without statements that lock the table before they check privileges, which would block other sessions. The catalog
// checks cover those.
/** Statements that only the owner of the table may run. */
export function ownerStatements({ name, table, id }: Shape): [string, string][] {
  return [
    [`truncate ${name}`, `truncate ${table} cascade`],
    [`disable row level security of ${name}`, `alter table ${table} disable row level security`],
    [`own ${name}`, `alter table ${table} owner to current_user`],
    [`drop ${name}`, `drop table ${table} cascade`],
    [`add a policy to ${name}`, `create policy mine on ${table} using (true)`],
    [`add an index to ${name}`, `create index on ${table} (${pg.escapeIdentifier(id.name)})`],
  ]
}
