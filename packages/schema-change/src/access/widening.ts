import type { AccessChange } from './compare.ts'

/** The roles of callers. */
export interface Callers {
  /** Roles of callers without an identity. */
  everybody: readonly string[]
  /** Roles with the privileges of users. */
  users: readonly string[]
}

/**
 * Whether a change widens access, so that its author must give a reason. On a new object, only this counts as widening:
 * access for callers without an identity, access of users to every row, and a function that runs as its owner. The text of
 * such a function is not judged; that of a view that reads as its owner stands for the condition of a policy.
 */
export function widens(
  { type, isNew, role, action, limit }: AccessChange,
  { everybody, users }: Callers,
): boolean {
  if (type === 'less' || (type === 'code' && action === 'execute')) return false
  if (!isNew || everybody.includes(role)) return true
  if (!users.includes(role)) return false
  if (action === 'execute') return limit !== 'as itself'
  return limit === undefined || limit.startsWith('every row') || limit === 'true'
}
