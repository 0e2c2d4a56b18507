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
 * access for callers without an identity, access of users to every row, and a function that runs as its owner.
 */
export function widens(
  { type, isNew, role, action, limit }: AccessChange,
  { everybody, users }: Callers,
): boolean {
  if (type !== 'more' && type !== 'other') return false
  if (!isNew || everybody.includes(role)) return true
  if (!users.includes(role)) return false
  if (action === 'execute') return limit !== 'as itself'
  return limit === undefined || limit === 'every row' || limit === 'true'
}
