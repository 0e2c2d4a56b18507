/** PostgreSQL's table locks, the weakest first. https://www.postgresql.org/docs/current/explicit-locking.html */
export const LOCK_MODES = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const
export type LockMode = (typeof LOCK_MODES)[number]

export function lockMode(name: string): LockMode | undefined {
  return LOCK_MODES.find((each) => each === name)
}

export function isStronger(a: LockMode, b: LockMode): boolean {
  return LOCK_MODES.indexOf(a) > LOCK_MODES.indexOf(b)
}

/** The name in the manual: `ACCESS EXCLUSIVE`. */
export function lockName(mode: LockMode): string {
  return mode
    .replace(/Lock$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase()
}

/** Which sessions wait for a lock. */
export function whoWaits(mode: LockMode): string {
  if (mode === 'AccessExclusiveLock') return 'readers and writers wait'
  if (mode === 'ExclusiveLock' || mode === 'ShareRowExclusiveLock' || mode === 'ShareLock')
    return 'writers wait'
  return 'nobody waits'
}
