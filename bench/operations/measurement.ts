import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { figuresOf } from '../statistics.ts'
import type { Side, Subject } from './operations.ts'
import type { Population } from './population.ts'

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

/** Times of one operation, in milliseconds. */
export interface Sample {
  operation: string
  user: string
  /** Total number of chunks. */
  rows: number
  side: Side
  times: readonly number[]
}

/** A filled database, and the users whose operations are timed in it. */
export interface Place {
  database: ConnectionString
  /** Total number of chunks. */
  rows: number
  population: Population
  subjects: readonly Subjects[]
}

/** A user, with another subject for each run. */
export interface Subjects {
  user: string
  id: string
  of: (run: number) => Subject
}

export function summarize({ operation, user, rows, side, times }: Sample): Measurement {
  const { n, median, p95, p99 } = figuresOf(times)
  return { operation, user, rows, side, n, p50_ms: median, p95_ms: p95, p99_ms: p99 }
}

/** Collects times by operation, user, rows and side, in the order in which each first came. */
export function collector(): {
  add: (of: Omit<Sample, 'times'>, time: number) => void
  samples: () => Sample[]
} {
  const samples = new Map<string, Sample & { times: number[] }>()
  return {
    add({ operation, user, rows, side }, time) {
      const key = `${operation}/${user}/${rows}/${side}`
      const sample = samples.get(key) ?? { operation, user, rows, side, times: [] }
      sample.times.push(time)
      samples.set(key, sample)
    },
    samples: () => [...samples.values()],
  }
}
