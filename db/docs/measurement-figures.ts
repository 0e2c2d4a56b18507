import type { Figure, Value } from 'schema-site/plots.ts'

/** One operation of bench/operations, in the format of results.json. */
interface Measurement {
  operation: string
  user: string
  rows: number
  side: string
  p50_ms: number
  p99_ms: number
}

/** The compared sides, in drawing order. */
export const SIDES: Readonly<Record<string, string>> = {
  ours: 'as `authenticated`, under the policies, with the condition on the owner that `withUser` adds; search by `public.search_*`',
  floor:
    'the same statement and index as the owner, to whom no policy applies; search as one query, planned with user and words known',
  plain: 'keys of one column, chunks without `user_id`, an `EXISTS` policy, GIN on `search_vector` alone',
}

/** The users whose operations are timed. */
export const USERS: Readonly<Record<string, string>> = {
  fixed: 'one with the same number of chunks in a table of any size',
  middle: 'the tenth largest of 1,000 users',
  large: 'the largest of them, with a fifth of all chunks',
  mixed: 'the 1,000 users, large ones more often',
}

/**
 * Times of operations at the largest size, for each user; ratios of their medians; and medians against the number of rows,
 * each with every side. Kinds of query have figures of their own.
 */
export function measurementFigures(list: readonly Readonly<Record<string, unknown>>[]): Figure[] {
  const measurements = inOrderOfSides(list.filter(isMeasurement))
  const names = new Set(measurements.map(({ operation }) => operation))
  // `search_chunks, phrase` is a kind of `search_chunks`.
  const isKind = ({ operation }: Measurement) =>
    names.has(operation.split(', ')[0] ?? '') && operation.includes(', ')
  const whole = measurements.filter((each) => !isKind(each))
  const kinds = measurements.filter(isKind)
  return [
    ...times('Operations of the user', whole),
    ...ratios('Operations', whole),
    ...times('Kinds of search of the user', kinds),
    ...ratios('Kinds of search', kinds),
    ...growth(whole),
  ]
}

function inOrderOfSides(measurements: readonly Measurement[]): Measurement[] {
  const place = ({ side }: Measurement) => Object.keys(SIDES).indexOf(side)
  return measurements.toSorted((a, b) => place(a) - place(b))
}

function atLargest(measurements: readonly Measurement[]): Measurement[] {
  const largest = Math.max(...measurements.map(({ rows }) => rows))
  return measurements.filter(({ rows }) => rows === largest)
}

function times(title: string, all: readonly Measurement[]): Figure[] {
  const measurements = atLargest(all)
  const users = [...new Set(measurements.map(({ user }) => user))]
  return users.map((user) => ({
    title: `${title} "${user}"`,
    about: `Medians; a line ends at the 99th percentile. ${circumstances(measurements)}`,
    unit: 'milliseconds',
    kind: 'bars',
    until: '99th percentile',
    values: measurements
      .filter((each) => each.user === user)
      .map(({ operation, side, p50_ms, p99_ms }) => ({
        label: operation,
        series: side,
        value: p50_ms,
        until: p99_ms,
      })),
  }))
}

function ratios(title: string, all: readonly Measurement[]): Figure[] {
  const measurements = atLargest(all)
  return (
    [
      ['ours', 'floor', '1 means that the policies cost nothing.'],
      ['plain', 'ours', 'A number above 1 is how many times as fast this design is.'],
    ] as const
  ).flatMap(([side, other, meaning]): Figure[] => {
    const values = measurements.flatMap((each): Value[] => {
      if (each.side !== side) return []
      const compared = measurements.find(
        ({ operation, user, side }) => operation === each.operation && user === each.user && side === other,
      )
      return compared
        ? [{ label: each.operation, series: each.user, value: each.p50_ms / compared.p50_ms }]
        : []
    })
    const about = `Ratio of the medians. ${meaning} ${circumstances(measurements)}`
    return values.length > 0
      ? [{ title: `${title}, ${side} : ${other}`, about, unit: 'ratio', kind: 'bars', reference: 1, values }]
      : []
  })
}

function growth(measurements: readonly Measurement[]): Figure[] {
  const values = measurements
    .filter(({ user }) => user === 'fixed')
    .map(
      ({ operation, rows, side, p50_ms }): Value => ({
        label: operation,
        series: side,
        value: p50_ms,
        at: rows,
      }),
    )
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
  if (new Set(values.map(({ at }) => at)).size < 2) return []
  return [
    {
      title: 'Operations of a user of fixed size against rows',
      about: 'Medians. All scales are logarithmic, and all pictures have the same.',
      unit: 'milliseconds',
      kind: 'panels',
      against: 'rows',
      values,
    },
  ]
}

function circumstances([first]: readonly Measurement[]): string {
  return `With ${first?.rows.toLocaleString('en')} chunks of 1,000 users.`
}

function isMeasurement(row: Readonly<Record<string, unknown>>): row is Measurement & Record<string, unknown> {
  return (
    typeof row.operation === 'string' &&
    typeof row.user === 'string' &&
    typeof row.rows === 'number' &&
    typeof row.side === 'string' &&
    typeof row.p50_ms === 'number' &&
    typeof row.p99_ms === 'number'
  )
}
