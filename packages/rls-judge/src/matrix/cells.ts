import type { Actor, Person } from './actors.ts'
import type { Cell } from './attempts.ts'
import { type Fixtures, hiddenBy } from './fixtures.ts'
import { insertStatements } from './insert-statements.ts'
import type { Form, Need, Target } from './needs.ts'
import { DENIED, insertOutcome, may, orMoved, rowOutcome } from './outcomes.ts'
import { type Address, ownerStatements, rowStatements, sweepingStatements } from './row-statements.ts'
import type { Shape } from './shapes.ts'
import { anchorOf, keyIn, rowOf, valueIn } from './values.ts'

/**
 * The cells of one table.
 *
 * @param exhaustive every form for every actor; otherwise actors that differ only in their claims try the plain forms
 */
export function* tableCells(
  shape: Shape,
  fixtures: Fixtures,
  actors: readonly Actor[],
  exhaustive: boolean,
): Generator<Cell> {
  for (const actor of actors) {
    const others = (['ada', 'bob'] as const).filter((person) => person !== actor.identity)
    const skips = ({ plain }: Form) => actor.variant && !exhaustive && !plain
    const cell = (name: string, sql: string, expected: string, need?: Need): Cell => ({
      name: `${actor.name}: ${name}`,
      actor,
      sql,
      expected,
      // If the server may change rows at all, it may change everybody's.
      untouched:
        sql.startsWith('select') || (actor.role === 'service_role' && expected !== '0')
          ? []
          : others.map((person) => anchorOf(shape, fixtures.seeds[person]).replaceAll("'", '')),
      shape,
      ...(need ? { need } : {}),
    })
    for (const target of targetsOf(shape)) {
      for (const statement of rowStatements(shape, addressOf(shape, fixtures, target))) {
        // Without an account in the condition, the server would read the whole table.
        if (actor.role === 'service_role' && statement.form.endsWith('by id alone')) continue
        if (skips(statement)) continue
        yield cell(
          `${statement.form}, ${WHOSE[target]}`,
          statement.sql,
          orMoved(rowOutcome(shape, actor, target, statement.need), statement),
          statement.need,
        )
      }
    }
    yield* sweeps(shape, fixtures, actor, cell)
    const owners: Person[] = actor.identity === 'dora' ? ['ada', 'bob', 'dora'] : ['ada', 'bob']
    for (const owner of shape.owner ? owners : (['ada'] as const)) {
      for (const statement of insertStatements(shape, fixtures, owner)) {
        if (skips(statement)) continue
        yield cell(
          `${statement.form}, for ${owner}`,
          statement.sql,
          orMoved(insertOutcome(shape, actor, owner, statement), statement),
          statement.need,
        )
      }
    }
    for (const [form, sql] of ownerStatements(shape)) yield cell(form, sql, DENIED)
  }
}

const WHOSE: Readonly<Record<Target, string>> = {
  ada: 'the row of ada',
  bob: 'the row of bob',
  nobody: 'no row',
  hidden: 'the hidden row of ada',
}

function targetsOf(shape: Shape): Target[] {
  return hiddenBy(shape) ? ['ada', 'bob', 'nobody', 'hidden'] : ['ada', 'bob', 'nobody']
}

function addressOf(shape: Shape, fixtures: Fixtures, target: Target): Address {
  const owner = fixtures.seeds[target === 'bob' ? 'bob' : 'ada']
  const id = target === 'nobody' ? fixtures.missing : target === 'hidden' ? fixtures.hidden : owner
  return {
    id: keyIn(shape, id),
    owner: shape.owner ? valueIn(shape, shape.owner, rowOf(owner)) : '',
  }
}

/** Statements on all rows. Not tried as the server, which would change every row of the table. */
function* sweeps(
  shape: Shape,
  fixtures: Fixtures,
  actor: Actor,
  cell: (name: string, sql: string, expected: string, need: Need) => Cell,
): Generator<Cell> {
  if (actor.role === 'service_role') return
  // Rows of the deleted account may remain, in any number.
  if (actor.identity === 'dora' && shape.owner && shape.outlivesAccount) return
  const own = actor.identity === 'ada' || actor.identity === 'bob' ? actor.identity : 'ada'
  for (const { form, need, sql } of sweepingStatements(shape, fixtures)) {
    const everybody = shape.rows === 'everybody' && may(shape, actor, need)
    yield {
      ...cell(form, sql, everybody ? 'any' : rowOutcome(shape, actor, own, need), need),
      sweeping: true,
    }
  }
}
