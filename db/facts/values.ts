import type { ColumnFacts } from './schema.ts'

/** A value that a column must refuse, as text, and what refuses it: a CHECK (23514) or the type (22003). */
export type Refusal =
  | { value: string; code: '23514'; constraint: string }
  | { value: string; code: '22003'; constraint?: undefined }

const JSON_OF: Readonly<Record<string, string>> = {
  object: '{}',
  array: '[]',
  string: '"a"',
  number: '1',
  boolean: 'true',
  null: 'null',
}

/** The nearest values that the column's CHECKs refuse: one step beyond each bound, and a word that is not in the list. */
export function refusedValues(column: ColumnFacts): Refusal[] {
  return column.rules.flatMap((rule) =>
    beyond(column, rule).map(
      (value): Refusal =>
        fits(column, value)
          ? { value, code: '23514', constraint: rule.constraint }
          : { value, code: '22003' },
    ),
  )
}

/** The outermost values that the column accepts: each bound, every word of a list, and null if it is nullable. */
export function acceptedValues(column: ColumnFacts): (string | null)[] {
  if (column.tied) return column.notNull ? [] : [null]
  const values = column.rules.flatMap((rule) => within(column, rule))
  const refusals = new Set(refusedValues(column).map(({ value }) => value))
  const accepted = [...new Set(values)].filter((value) => !refusals.has(value) && fits(column, value))
  return column.notNull ? accepted : [...accepted, null]
}

type Rule = ColumnFacts['rules'][number]

function beyond(column: ColumnFacts, rule: Rule): string[] {
  switch (rule.kind) {
    case 'list':
      return ['', 'unknown', (rule.values[0] ?? '').toUpperCase()].filter(
        (value) => !rule.values.includes(value),
      )
    case 'least':
      return [rule.exclusive ? rule.value : plus(column, rule.value, -1n)]
    case 'most':
      // NaN sorts above every number.
      return [
        rule.exclusive ? rule.value : plus(column, rule.value, 1n),
        ...(hasNaN(column.type) ? ['NaN'] : []),
      ]
    case 'shortest':
      return rule.characters > 0 ? ['x'.repeat(rule.characters - 1)] : []
    case 'longest':
      return ['x'.repeat(rule.characters + 1)]
    case 'json':
      return Object.entries(JSON_OF).flatMap(([shape, value]) => (shape === rule.shape ? [] : [value]))
  }
}

/** Longer texts are not tried: filling a search vector with 10 MB takes seconds. */
const LONG = 100_000

function within(column: ColumnFacts, rule: Rule): string[] {
  switch (rule.kind) {
    case 'list':
      return [...rule.values]
    case 'least':
      return [rule.exclusive ? plus(column, rule.value, 1n) : rule.value, ...largestOf(column)]
    case 'most':
      return [rule.exclusive ? plus(column, rule.value, -1n) : rule.value]
    case 'shortest':
      return ['x'.repeat(rule.characters)]
    case 'longest':
      // Counted in characters, not bytes. Includes the empty text if no CHECK requires more.
      return [
        ...(rule.characters > LONG ? [] : ['🦉'.repeat(rule.characters)]),
        ...(column.rules.some(({ kind }) => kind === 'shortest') ? [] : ['']),
      ]
    case 'json':
      return [JSON_OF[rule.shape] ?? 'null']
  }
}

function hasNaN(type: string): boolean {
  return ['numeric', 'float4', 'float8'].includes(type)
}

const LARGEST: Readonly<Record<string, bigint>> = {
  int2: 2n ** 15n - 1n,
  int4: 2n ** 31n - 1n,
  int8: 2n ** 63n - 1n,
}

function largestOf({ type, rules }: ColumnFacts): string[] {
  const largest = rules.some(({ kind }) => kind === 'most') ? undefined : LARGEST[type]
  return largest === undefined ? [] : [String(largest)]
}

/** Whether the type accepts the number; otherwise the type refuses it before any CHECK. */
function fits({ type, digits }: ColumnFacts, value: string): boolean {
  const largest = LARGEST[type]
  if (largest !== undefined) return magnitude(value) <= largest
  const [precision, scale = 0] = digits
  if (type !== 'numeric' || precision === undefined || value === 'NaN') return true
  return magnitude(value) < 10n ** BigInt(precision - scale)
}

function magnitude(value: string): bigint {
  const whole = BigInt(value.split('.')[0] || 0)
  return whole < 0n ? -whole : whole
}

/** The value plus a number of the type's smallest steps. */
function plus({ type, digits: [, scale] }: ColumnFacts, value: string, steps: bigint): string {
  const places = Math.max(type === 'numeric' ? (scale ?? 6) : 0, value.split('.')[1]?.length ?? 0)
  const [whole = '0', fraction = ''] = value.split('.')
  const sum = BigInt(whole + fraction.padEnd(places, '0')) + steps
  const text = (sum < 0n ? -sum : sum).toString().padStart(places + 1, '0')
  const sign = sum < 0n ? '-' : ''
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`
}
