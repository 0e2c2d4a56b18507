/** How far a change goes: whether a program that compiled before still does, or can do more, or sees no difference. */
export type Level = 'patch' | 'minor' | 'major'

export interface Change {
  level: Level
  /** What changed, as a line of the changelog. */
  reason: string
}
