import type { Command } from '../intent.ts'
import type { Actor, Person } from './actors.ts'
import { BROKEN_CLAIMS } from './actors.ts'
import { hiddenBy, isSingle } from './fixtures.ts'
import type { Form, InsertStatement, Need, Target } from './needs.ts'
import type { Shape } from './shapes.ts'

export const DENIED = '42501'
/** SQLSTATE of a foreign key violation: a missing account, or rows that refer to a key. */
const NO_ACCOUNT = '23503'
const DUPLICATE = '23505'

/**
 * Outcome for malformed claims. A policy that compares the account fails. A rule with a subquery is not always
 * evaluated: then no row is found, or the insert is refused.
 */
export const REFUSED = 'refused'

const REFUSALS = ['0', BROKEN_CLAIMS, DENIED]

/** Whether an outcome matches the expected one: a row count, an SQLSTATE, or a word that stands for several. */
export function matches(outcome: string, expected: string): boolean {
  if (expected === 'any') return outcome.length < 5
  if (expected === MOVED) return outcome === '1' || outcome === NO_ACCOUNT
  if (expected === UNWRITABLE) return outcome === DENIED || outcome === '55000'
  return expected === REFUSED ? REFUSALS.includes(outcome) : outcome === expected
}

/** Writing is refused by privilege or because it is impossible, as for a view of several tables. */
export const UNWRITABLE = 'not writable'

/** One row, unless rows that refer to it prevent the change of its key. */
export const MOVED = 'moved'

/** Adapts an outcome for a statement that changes a row's key. */
export function orMoved(outcome: string, { moves }: Form): string {
  return moves && outcome === '1' ? MOVED : outcome
}

export function rowOutcome(shape: Shape, actor: Actor, target: Target, need: Need): string {
  if (!may(shape, actor, need)) return DENIED
  const existing = target === 'nobody' ? '0' : '1'
  if (actor.role === 'service_role' || shape.rows === 'everybody') return existing
  if (actor.broken) return broken(shape)
  return actor.identity === target ? '1' : '0'
}

/** The expected outcome of reading all rows of a person. The server also reads hidden rows. */
export function readOutcome(shape: Shape, actor: Actor, person: 'ada' | 'bob'): string {
  const outcome = rowOutcome(shape, actor, person, {})
  const hidden = actor.role === 'service_role' && person === 'ada' && hiddenBy(shape) !== undefined
  return hidden && outcome === '1' ? '2' : outcome
}

export function insertOutcome(shape: Shape, actor: Actor, owner: Person, statement: InsertStatement): string {
  if (!may(shape, actor, statement.need)) return DENIED
  const { existing, fromQuery } = statement
  // The row exists.
  if (actor.role === 'service_role') return existing ?? (isSingle(shape) ? DUPLICATE : '1')
  if (actor.broken) return broken(shape)
  if (fromQuery) return actor.identity === owner && owner !== 'dora' ? '1' : '0'
  if (actor.identity !== owner || (owner === 'dora' && hasRule(shape))) return DENIED
  if (owner === 'dora') return shape.outlivesAccount ? '1' : NO_ACCOUNT
  return existing ?? '1'
}

function broken(shape: Shape): string {
  return hasRule(shape) ? REFUSED : BROKEN_CLAIMS
}

/** Whether a rule determines the owners of the rows, instead of the account. */
function hasRule({ rows }: Shape): boolean {
  return typeof rows !== 'string' && rows.rule !== undefined
}

export function may({ access }: Shape, { role }: Actor, need: Need): boolean {
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
    (select === true || need.writeOnly === true) &&
    (need.insert ?? []).every((column) => insert.includes(column)) &&
    (need.update ?? []).every((column) => update.includes(column)) &&
    (!need.updateAny || update.length > 0) &&
    (!need.delete || remove === true)
  )
}
