import pg from 'pg'
import type { ViewAccess } from '../intent.ts'
import type { Actor } from './actors.ts'
import type { Cell } from './attempts.ts'
import type { Fixtures } from './fixtures.ts'
import { DENIED, rowOutcome, UNWRITABLE } from './outcomes.ts'
import type { Shape } from './shapes.ts'
import { belongsTo, keyIn } from './values.ts'

/** The cells of one view: it shows each caller the same rows as its table, and accepts no writes. */
export function* viewCells(
  name: string,
  { columns, select }: ViewAccess,
  shape: Shape,
  { seeds, missing }: Fixtures,
  actors: readonly Actor[],
): Generator<Cell> {
  const view = `public.${pg.escapeIdentifier(name)}`
  const id = pg.escapeIdentifier(shape.id.name)
  for (const actor of actors) {
    const cell = (form: string, sql: string, expected: string): Cell => ({
      name: `${actor.name}: ${form}`,
      actor,
      sql,
      expected,
      untouched: [],
      shape,
    })
    const reads = (target: 'ada' | 'bob' | 'nobody') =>
      select.includes(actor.role) ? rowOutcome(shape, actor, target, {}) : DENIED
    for (const target of ['ada', 'bob', 'nobody'] as const) {
      const owner = seeds[target === 'nobody' ? 'ada' : target]
      const from = `from ${view} where ${id} = ${keyIn(shape, target === 'nobody' ? missing : owner)} and ${belongsTo(shape, owner)}`
      const whose = target === 'nobody' ? 'no row' : `the row of ${target}`
      for (const column of columns)
        yield cell(
          `select ${name}.${column}, ${whose}`,
          `select ${pg.escapeIdentifier(column)} ${from}`,
          reads(target),
        )
      yield cell(`select ${name}.*, ${whose}`, `select * ${from}`, reads(target))
    }
    yield cell(`delete from ${name}`, `delete from ${view}`, UNWRITABLE)
    // PostgreSQL refuses a value for a generated column before it checks privileges.
    const written = shape.columns.filter(
      ({ name: column, generated, identity }) => columns.includes(column) && !generated && !identity,
    )
    for (const column of written.map((each) => pg.escapeIdentifier(each.name)))
      yield cell(`update ${name}.${column}`, `update ${view} set ${column} = ${column}`, UNWRITABLE)
    for (const [form, sql] of Object.entries({
      [`own ${name}`]: `alter view ${view} owner to current_user`,
      [`replace ${name}`]: `create or replace view ${view} as select 1`,
    }))
      yield cell(form, sql, DENIED)
  }
}
