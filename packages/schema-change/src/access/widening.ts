import { isTextForEveryRow } from 'migration-lint/condition.ts'
import { type AccessChange, ofView } from './compare.ts'

/** The roles of callers. */
export interface Callers {
  /** Roles of callers without an identity. */
  everybody: readonly string[]
  /** Roles with the privileges of users. */
  users: readonly string[]
}

/**
 * Whether a change widens access, so that its author must give a reason. On a new object, only this counts as widening:
 * access for callers without an identity, access of users to every row, and a function, trigger or rule that runs as its
 * owner. Another text of such code, or of a function in a policy, may allow anything. The SQL
 * parser must be loaded.
 */
export function widens(
  { type, isNew, role, action, limit }: AccessChange,
  { everybody, users }: Callers,
): boolean {
  if (type === 'less' || (isNew && action === 'write past')) return false
  if (!isNew || everybody.includes(role)) return true
  if (!users.includes(role)) return false
  if (action === 'execute' || action === 'fire') return limit !== 'as itself'
  if (limit === undefined || limit.startsWith('every row')) return true
  // The condition on the row before an update, and the one after it.
  return isTextForEveryRow(limit.replaceAll(' becoming ', ' or '))
}

/** Whether a change concerns the text of a function, a trigger or a rule: an intent lists none of them. */
export function isOutsideIntent({ type, action, limit }: AccessChange): boolean {
  return action === 'fire' || action === 'write past' || (type === 'code' && !ofView(limit))
}
