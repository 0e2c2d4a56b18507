import { PRODUCT_RANKING } from '../choices/ranking.ts'
import { rounded } from '../statistics.ts'
import { HELLO_ANONYMOUS } from './http.ts'
import type { Measurement } from './measurement.ts'
import { OPERATIONS, searchesOf } from './operations.ts'

export interface Ratio {
  operation: string
  user: string
  rows: number
  /** Ratio of p95 for search, of p50 for other operations. */
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

/** A target and the measured figure; without `met`, it was not measured. */
export interface Verdict {
  target: string
  figure: string
  met?: boolean
}

export function ratiosOf(measurements: readonly Measurement[]): Ratio[] {
  return measurements
    .filter(({ operation, side }) => side === 'ours' && kindOf(operation) !== undefined)
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

/** Growth of p50 for the user of fixed size as other users' rows increase. */
export function growthOf(measurements: readonly Measurement[], from: number, to: number): Growth[] {
  const fixed = measurements.filter(
    ({ operation, user }) =>
      user === 'fixed' && (kindOf(operation) !== undefined || operation === HELLO_ANONYMOUS),
  )
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

interface Figure {
  what: string
  value: number
}

/** The targets, each with its worst figure. */
export function verdicts(
  measurements: readonly Measurement[],
  ratios: readonly Ratio[],
  growth: readonly Growth[],
  parts: Readonly<Record<string, object>>,
): Verdict[] {
  const isOperation = (name: string) => OPERATIONS.some((operation) => operation.name === name)
  const ofKind = (kind: string, counts = isOperation) =>
    ratios
      .filter(({ operation }) => kindOf(operation) === kind && counts(operation))
      .map(({ operation, user, rows, ours_to_floor }) => ({
        what: `${operation}, ${user}, ${rows} rows`,
        value: ours_to_floor,
      }))
  const grownOf = (counts: (operation: string) => boolean) =>
    growth
      .filter(({ side, operation }) => side === 'ours' && counts(operation))
      .map(({ operation, rows_from, rows_to, p50_ratio }) => ({
        what: `${operation}, ${rows_from} to ${rows_to} rows`,
        value: p50_ratio,
      }))
  const small = ratios.filter(({ operation, user }) => operation === 'search_chunks' && user === 'fixed')
  const most = Math.max(...ratios.map(({ rows }) => rows))
  return [
    atMost('search: p95 at most 1.25 × floor', 1.25, ofKind('search')),
    atMost(
      'search, each kind of query: p95 at most 1.25 × floor',
      1.25,
      ofKind('search', (name) => !isOperation(name)),
    ),
    atLeast(
      'search of a small user among 1,000,000 chunks: at least 100 × as fast as the plain design',
      100,
      small
        .filter(({ rows }) => rows === most)
        .map(({ operation, rows, plain_to_ours }) => ({
          what: `${operation}, ${rows} rows`,
          value: plain_to_ours,
        })),
      most >= 1_000_000,
    ),
    atMost(
      'growth of the median for a user of fixed size, 10,000 to 1,000,000 rows: at most 1.3 ×',
      1.3,
      grownOf((operation) => operation !== HELLO_ANONYMOUS),
    ),
    atMost('other reads and writes: median at most 1.15 × floor', 1.15, ofKind('other')),
    atMost('one write by withUser: at most 1.5 × the bare query', 1.5, oneWrite(parts)),
    atMost('1,000 chunks inserted: median at most 1.1 × floor', 1.1, ofKind('bulk')),
    atMost(
      'top 10 of a common word, large user: at most 0.5 × of ranking every match',
      0.5,
      rankingOf(parts),
    ),
    atMost(
      'numbers of hello without a token: the same time at 10,000 rows and more, within 1.3 ×',
      1.3,
      grownOf((operation) => operation === HELLO_ANONYMOUS),
    ),
    atMost(
      'cold cache, after a bulk load, in the middle of a vacuum: within 2 × of warm',
      2,
      statesOf(measurements),
    ),
  ]
}

function atMost(target: string, most: number, figures: readonly Figure[]): Verdict {
  const worst = [...figures].sort((a, b) => b.value - a.value)[0]
  if (!worst) return { target, figure: '' }
  return { target, figure: `${worst.value} × (${worst.what})`, met: worst.value <= most }
}

/** @param counts whether it was measured at the size to which the target applies */
function atLeast(target: string, least: number, figures: readonly Figure[], counts: boolean): Verdict {
  const worst = [...figures].sort((a, b) => a.value - b.value)[0]
  if (!worst) return { target, figure: '' }
  const figure = `${worst.value} × (${worst.what})`
  return counts ? { target, figure, met: worst.value >= least } : { target, figure }
}

/** bench-client's time of a write without added latency. */
function oneWrite({ client }: Readonly<Record<string, object>>): Figure[] {
  const costs: unknown = Object(Object(client).costs)['0 ms']
  if (!Array.isArray(costs)) return []
  return costs
    .map(Object)
    .filter(({ call }) => /^write: withUser, /.test(call))
    .map(({ call, ratio }) => ({ what: call, value: ratio }))
}

/** The time of search_chunks against ranking every match (bench-choices). */
function rankingOf({ choices }: Readonly<Record<string, object>>): Figure[] {
  const ranking: unknown = Object(choices).ranking
  if (!Array.isArray(ranking)) return []
  return ranking
    .map(Object)
    .filter(({ design }) => design === PRODUCT_RANKING)
    .map(({ design, ratio }) => ({ what: design, value: ratio }))
}

/** Search in other states of the server, against the same search with warm caches. */
function statesOf(measurements: readonly Measurement[]): Figure[] {
  return measurements.flatMap(({ operation, user, rows, side, p50_ms }) => {
    const [name, state] = operation.split(': ')
    const warm = measurements.find(
      (each) => each.operation === name && each.user === user && each.rows === rows && each.side === side,
    )
    return state !== undefined && warm
      ? [{ what: `${state}, ${user}`, value: rounded(p50_ms / warm.p50_ms) }]
      : []
  })
}

function kindOf(name: string): string | undefined {
  return OPERATIONS.find(
    (operation) =>
      operation.name === name ||
      (operation.kind === 'search' && name.startsWith(searchesOf(operation.name, ''))),
  )?.kind
}

function sameExceptSide(a: Measurement, b: Measurement): boolean {
  return a.operation === b.operation && a.user === b.user && a.rows === b.rows
}
