import type { Side, Subject } from './operations.ts'

export interface Measurement {
  operation: string
  user: string
  rows: number
  side: Side
  n: number
  p50_ms: number
  p95_ms: number
  p99_ms: number
}

/** A user whose operations are timed, with another subject for each run. */
export interface Subjects {
  user: string
  id: string
  of: (run: number) => Subject
}
