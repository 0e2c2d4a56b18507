import type { Figure, Value } from 'schema-site/plots.ts'

/** One operation of bench/operations, in the format of results.json. */
interface Measurement {
  operation: string
  user: string
  rows: number
  side: string
  p50_ms: number
}

/**
 * Medians of operations: bars for each user at the largest size, of all searches and by kind of query, and lines against the
 * total number of rows.
 */
export function measurementFigures(list: readonly Readonly<Record<string, unknown>>[]): Figure[] {
  const measurements = list.filter(isMeasurement)
  const names = new Set(measurements.map(({ operation }) => operation))
  // `search_chunks, phrase` is a kind of `search_chunks`.
  const isKind = ({ operation }: Measurement) =>
    names.has(operation.split(', ')[0] ?? '') && operation.includes(', ')
  const whole = measurements.filter((each) => !isKind(each))
  return [
    ...bars('Operations of the user', whole),
    ...bars('Kinds of search of the user', measurements.filter(isKind)),
    ...growth(whole),
  ]
}

function bars(title: string, measurements: readonly Measurement[]): Figure[] {
  const largest = Math.max(...measurements.map(({ rows }) => rows))
  const users = [...new Set(measurements.map(({ user }) => user))]
  return users.map((user) => ({
    title: `${title} "${user}"`,
    about: `Medians, with ${largest} chunks of 1,000 users.`,
    unit: 'milliseconds',
    kind: 'bars',
    values: measurements
      .filter((each) => each.user === user && each.rows === largest)
      .map(({ operation, side, p50_ms }) => ({ label: operation, series: side, value: p50_ms })),
  }))
}

function growth(measurements: readonly Measurement[]): Figure[] {
  const ours = measurements.filter(({ user, side }) => user === 'fixed' && side === 'ours')
  if (new Set(ours.map(({ rows }) => rows)).size < 2) return []
  const values = ours
    .map(
      ({ operation, rows, p50_ms }): Value => ({
        label: operation,
        series: 'median',
        value: p50_ms,
        at: rows,
      }),
    )
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
  return [
    {
      title: 'Operations of a user of fixed size against rows',
      about: 'Both scales are logarithmic.',
      unit: 'milliseconds',
      kind: 'lines',
      against: 'rows',
      values,
    },
  ]
}

function isMeasurement(row: Readonly<Record<string, unknown>>): row is Measurement & Record<string, unknown> {
  return (
    typeof row.operation === 'string' &&
    typeof row.user === 'string' &&
    typeof row.rows === 'number' &&
    typeof row.side === 'string' &&
    typeof row.p50_ms === 'number'
  )
}
