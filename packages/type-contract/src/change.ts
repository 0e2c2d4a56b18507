/** Severity of a change: programs may fail to compile (major), can do more (minor), or see no difference (patch). */
export type Level = 'patch' | 'minor' | 'major'

export interface Change {
  level: Level
  /** What changed, as a line of the changelog. */
  reason: string
}
