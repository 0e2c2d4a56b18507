import type { AccessChange } from './compare.ts'

/** Who counts as whom. */
export interface Callers {
  /** Roles of callers without an identity. */
  everybody: readonly string[]
  /** Roles that hold what users may do. */
  users: readonly string[]
}

/**
 * Whether a change widens access, so that its author must give a reason. On a new object nobody had access: there it
 * is what callers without an identity get, what users get of every row, and what runs as its owner.
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
