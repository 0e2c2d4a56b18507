import pg from 'pg'
import type { Fixtures } from './fixtures.ts'
import type { Need } from './needs.ts'
import type { Shape } from './shapes.ts'
import { stockValue } from './shapes.ts'

/** Statements about one row, given its id and its owner's: name, needed privileges, SQL. */
export function* rowStatements(shape: Shape, id: string, owner: string): Generator<[string, Need, string]> {
  const table = `public.${pg.escapeIdentifier(shape.name)}`
  const t = shape.name
  const it = (alias: string) => `${alias}.id = ${id} and ${alias}.user_id = ${owner}`
  const wanted = `(select ${id}::uuid as id, ${owner}::uuid as user_id) s`
  const sameRow = 's.id = t.id and s.user_id = t.user_id'
  const from = `from ${table} t where ${it('t')}`
  for (const { name, generated } of shape.columns) {
    const c = pg.escapeIdentifier(name)
    yield [`select ${t}.${name}`, {}, `select ${c} ${from}`]
    yield [`select by ${t}.${name}`, {}, `select ${from} and (${c} is null or ${c} is not null)`]
    const same = generated ? 'default' : `t.${c}`
    const update = `update ${table} t set ${c} = ${same}`
    const need: Need = { update: [name] }
    yield [`update ${t}.${name}`, need, `${update} where ${it('t')}`]
    yield [`update ${t}.${name} returning`, need, `${update} where ${it('t')} returning *`]
    yield [`update ${t}.${name} from`, need, `${update} from ${table} s where ${sameRow} and ${it('t')}`]
    yield [
      `update ${t}.${name} in a CTE`,
      need,
      `with changed as (${update} where ${it('t')} returning id) select from changed`,
    ]
    yield [
      `merge, update ${t}.${name}`,
      need,
      `merge into ${table} t using ${wanted} on ${sameRow} when matched then update set ${c} = ${same}`,
    ]
    yield [`update ${t}.${name} by id alone`, need, `${update} where t.id = ${id}`]
  }
  yield [`select ${t} by id alone`, {}, `select from ${table} t where t.id = ${id}`]
  yield [`delete ${t} by id alone`, { delete: true }, `delete from ${table} t where t.id = ${id}`]
  yield [`select ${t}, whole row`, {}, `select t ${from}`]
  yield [`select ${t}.*`, {}, `select * ${from}`]
  yield [`select system columns of ${t}`, {}, `select ctid, xmin, xmax, cmin, cmax, tableoid ${from}`]
  yield [`select ${t} in a CTE`, {}, `with rows as materialized (select * ${from}) select from rows`]
  yield [`select ${t} in a subquery`, {}, `select from (select * ${from} offset 0) rows`]
  yield [`select ${t} with exists`, {}, `select where exists (select ${from})`]
  yield [
    `select ${t} joined with itself`,
    {},
    `select from ${table} s join ${table} t on ${sameRow} where ${it('t')}`,
  ]
  yield [`select ${t} with a union`, {}, `select id ${from} union select id ${from}`]
  yield [
    `select ${t} laterally`,
    {},
    `select from ${wanted}, lateral (select from ${table} t where ${sameRow}) rows`,
  ]
  for (const strength of ['update', 'no key update', 'share', 'key share']) {
    yield [`select ${t} for ${strength}`, { updateAny: true }, `select ${from} for ${strength}`]
  }
  const remove = `delete from ${table} t`
  yield [`delete ${t}`, { delete: true }, `${remove} where ${it('t')}`]
  yield [`delete ${t} returning`, { delete: true }, `${remove} where ${it('t')} returning *`]
  yield [`delete ${t} using`, { delete: true }, `${remove} using ${table} s where ${sameRow} and ${it('t')}`]
  yield [
    `delete ${t} in a CTE`,
    { delete: true },
    `with gone as (${remove} where ${it('t')} returning id) select from gone`,
  ]
  yield [
    `merge, delete ${t}`,
    { delete: true },
    `merge into ${table} t using ${wanted} on ${sameRow} when matched then delete`,
  ]
}

/**
 * Statements without a condition: they read no column, so that the policy of the command stands alone. (With a WHERE
 * clause or RETURNING, PostgreSQL applies the policy for select as well.)
 */
export function* sweepingStatements(shape: Shape, fixtures: Fixtures): Generator<[string, Need, string]> {
  const table = `public.${pg.escapeIdentifier(shape.name)}`
  const row = { id: pg.escapeLiteral(fixtures.rows.ada), owner: pg.escapeLiteral(fixtures.ids.ada), n: 1 }
  for (const column of shape.columns) {
    const need: Need = { update: [column.name], writeOnly: true }
    const value = stockValue(shape, column, row)
    yield [
      `update every ${shape.name}.${column.name}`,
      need,
      `update ${table} set ${pg.escapeIdentifier(column.name)} = ${value}`,
    ]
  }
  yield [`delete every ${shape.name}`, { delete: true, writeOnly: true }, `delete from ${table}`]
  yield [`select every ${shape.name}`, {}, `select from ${table}`]
}

// Statements that lock the table before they look at privileges would stop other sessions: the catalog covers them.
/** What only the owner of the table may do, whatever rows there are. */
export function ownerStatements({ name }: Shape): [string, string][] {
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
