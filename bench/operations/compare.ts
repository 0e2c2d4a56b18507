import { rounded } from '../statistics.ts'
import type { Measurement } from './measure.ts'
import { OPERATIONS } from './operations.ts'

export interface Ratio {
  operation: string
  user: string
  rows: number
  /** By p95 for search, else by p50. */
  ours_to_floor: number
  plain_to_ours: number
}

export interface Growth {
  operation: string
  user: string
  side: string
  rows_from: number
  rows_to: number
  p50_ratio: number
}

export interface Verdict {
  target: string
  met: boolean
  worst: string
}

export function ratiosOf(measurements: readonly Measurement[]): Ratio[] {
  return measurements
    .filter(({ side }) => side === 'ours')
    .map((ours) => {
      const of = (side: string) =>
        measurements.find((each) => sameExceptSide(each, ours) && each.side === side) ?? ours
      const [floor, plain] = [of('floor'), of('plain')]
      const { operation, user, rows } = ours
      return {
        operation,
        user,
        rows,
        ours_to_floor: rounded(
          kindOf(operation) === 'search' ? ours.p95_ms / floor.p95_ms : ours.p50_ms / floor.p50_ms,
        ),
        plain_to_ours: rounded(plain.p50_ms / ours.p50_ms),
      }
    })
}

/** How p50 of the user of fixed size grows with other people's rows. */
export function growthOf(measurements: readonly Measurement[], from: number, to: number): Growth[] {
  const fixed = measurements.filter(({ user }) => user === 'fixed')
  return fixed
    .filter(({ rows }) => rows === to)
    .flatMap((after) => {
      const { operation, user, side } = after
      const before = fixed.find(
        (each) => each.rows === from && each.operation === operation && each.side === side,
      )
      if (!before) return []
      return [
        {
          operation,
          user,
          side,
          rows_from: from,
          rows_to: to,
          p50_ratio: rounded(after.p50_ms / before.p50_ms),
        },
      ]
    })
}

/** The targets, each with the figure that is farthest from it. */
export function verdicts(ratios: readonly Ratio[], growth: readonly Growth[]): Verdict[] {
  const ofKind = (kind: string) =>
    ratios
      .filter(({ operation }) => kindOf(operation) === kind)
      .map(({ operation, user, rows, ours_to_floor }) => ({
        what: `${operation}, ${user}, ${rows} rows`,
        value: ours_to_floor,
      }))
  const grown = growth
    .filter(({ side }) => side === 'ours')
    .map(({ operation, p50_ratio }) => ({ what: operation, value: p50_ratio }))
  return [
    verdict('search: p95 at most 1.25 × floor', 1.25, ofKind('search')),
    verdict('other reads and writes: p50 at most 1.15 × floor', 1.15, ofKind('other')),
    verdict('1,000 chunks inserted: p50 at most 1.1 × floor', 1.1, ofKind('bulk')),
    verdict('growth for a user of fixed size: at most 1.3 ×', 1.3, grown),
  ]
}

function verdict(target: string, most: number, figures: readonly { what: string; value: number }[]): Verdict {
  const sorted = [...figures].sort((a, b) => b.value - a.value)
  const worst = sorted[0]
  return {
    target,
    met: (worst?.value ?? Number.POSITIVE_INFINITY) <= most,
    worst: worst ? `${worst.value} × (${worst.what})` : 'not measured',
  }
}

function kindOf(name: string): string | undefined {
  return OPERATIONS.find((operation) => operation.name === name)?.kind
}

function sameExceptSide(a: Measurement, b: Measurement): boolean {
  return a.operation === b.operation && a.user === b.user && a.rows === b.rows
}
