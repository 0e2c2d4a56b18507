import pg from 'pg'
import type { Actor, Person } from './actors.ts'
import type { Cell } from './attempts.ts'
import type { Fixtures } from './fixtures.ts'
import { insertStatements } from './insert-statements.ts'
import { TARGETS } from './needs.ts'
import { DENIED, insertOutcome, outlivesAccount, rowOutcome } from './outcomes.ts'
import { ownerStatements, rowStatements, sweepingStatements } from './row-statements.ts'
import type { Shape } from './shapes.ts'

/**
 * The cells of one table.
 *
 * @param exhaustive every form for every actor; otherwise actors who differ in their claims only try the plain forms
 */
export function* tableCells(
  shape: Shape,
  fixtures: Fixtures,
  actors: readonly Actor[],
  exhaustive: boolean,
): Generator<Cell> {
  for (const actor of actors) {
    const others = (['ada', 'bob'] as const).filter((person) => person !== actor.identity)
    const skips = (form: string) => actor.variant && !exhaustive && !isPlain(form)
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
      const [row, owner] =
        target === 'nobody' ? [fixtures.missing, 'ada' as const] : [fixtures.rows[target], target]
      const whose = target === 'nobody' ? 'no row' : `the row of ${target}`
      for (const [form, need, sql] of rowStatements(
        shape,
        pg.escapeLiteral(row),
        pg.escapeLiteral(fixtures.ids[owner]),
      )) {
        // without an account in it, the statement would make the server read the whole table
        if (actor.role === 'service_role' && form.endsWith('by id alone')) continue
        if (skips(form)) continue
        yield cell(`${form}, ${whose}`, sql, rowOutcome(shape, actor, target, need))
      }
    }
    // Not for the server: it would change every row there is.
    if (actor.role !== 'service_role') {
      for (const [form, need, sql] of sweepingStatements(shape, fixtures)) {
        const own = actor.identity === 'ada' || actor.identity === 'bob' ? actor.identity : 'ada'
        if (!(actor.identity === 'dora' && outlivesAccount(shape)))
          yield cell(form, sql, rowOutcome(shape, actor, own, need))
      }
    }
    const owners: Person[] = actor.identity === 'dora' ? ['ada', 'bob', 'dora'] : ['ada', 'bob']
    for (const owner of owners) {
      for (const statement of insertStatements(shape, fixtures, owner)) {
        if (skips(statement.form)) continue
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

/** A command and what it is about: `update documents.filename`. */
function isPlain(form: string): boolean {
  return form.split(' ').length === 2
}
