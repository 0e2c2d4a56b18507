import type { Command } from '../intent.ts'
import type { Actor, Person } from './actors.ts'
import { BROKEN_CLAIMS } from './actors.ts'
import type { InsertStatement, Need, Target } from './needs.ts'
import type { Shape } from './shapes.ts'

export const DENIED = '42501'
const NO_ACCOUNT = '23503'
const DUPLICATE = '23505'

export function rowOutcome(shape: Shape, actor: Actor, target: Target, need: Need): string {
  if (!may(shape, actor, need)) return DENIED
  if (actor.role === 'service_role') return target === 'nobody' ? '0' : '1'
  if (actor.broken) return BROKEN_CLAIMS
  return actor.identity === target ? '1' : '0'
}

export function insertOutcome(shape: Shape, actor: Actor, owner: Person, statement: InsertStatement): string {
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
export function outlivesAccount(shape: Shape): boolean {
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
    (select === true || need.writeOnly === true) &&
    (need.insert ?? []).every((column) => insert.includes(column)) &&
    (need.update ?? []).every((column) => update.includes(column)) &&
    (!need.updateAny || update.length > 0) &&
    (!need.delete || remove === true)
  )
}
