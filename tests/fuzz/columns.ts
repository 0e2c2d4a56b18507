import type { ColumnFacts, TableFacts } from '../../db/facts/schema.ts'
import { acceptedValues, refusedValues } from '../../db/facts/values.ts'
import { type Column, IDS, type Value, WORDS } from './values-of.ts'

/** Columns that the fuzzer fills. It omits timestamps that the database sets, because it cannot predict them. */
export function modelColumns({ name, columns }: TableFacts, hasOwnIds: boolean): Record<string, Column> {
  const known = columns.filter((column) =>
    column.name === 'id'
      ? hasOwnIds
      : column.name !== 'user_id' &&
        !column.generated &&
        (!column.hasDefault || column.constant !== undefined),
  )
  return Object.fromEntries(known.map((column) => [column.name, modelColumn(name, column)]))
}

function modelColumn(table: string, column: ColumnFacts): Column {
  if (column.name === 'id') return { type: 'uuid', good: IDS, bad: [], ifOmitted: undefined }
  const refused = refusedValues(column).filter(({ code, value }) => code === '23514' && value.length < 50)
  const bad = [...new Set(refused.map(({ value }) => value))]
  const good = column.tied ? [] : stock(table, column).filter((value) => !bad.includes(value))
  return {
    type: column.type,
    good: column.notNull ? good : [...good, null],
    bad,
    ifOmitted: column.hasDefault
      ? asPrinted(column, column.constant ?? '')
      : column.notNull
        ? undefined
        : null,
  }
}

const PHRASES = [...WORDS, 'alpha bravo', 'gamma delta', 'omega alpha']

function stock(table: string, column: ColumnFacts): string[] {
  const list = column.rules.find((rule) => rule.kind === 'list')
  if (list?.kind === 'list') return [...list.values]
  switch (column.type) {
    case 'text':
    case 'varchar':
      return texts(column)
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric':
      return numbers(column)
    case 'json':
    case 'jsonb':
      return json(column)
    case 'uuid':
      return [...IDS]
    case 'bool':
      return ['true', 'false']
    case 'date':
      return ['2000-01-01', '2030-12-31']
    default:
      throw new Error(
        `the fuzzer has no values for ${table}.${column.name} (${column.type}): add them to stock() in tests/fuzz/columns.ts`,
      )
  }
}

function texts(column: ColumnFacts): string[] {
  const longest = Math.min(
    ...column.rules.flatMap((rule) => (rule.kind === 'longest' ? [rule.characters] : [])),
    Number.POSITIVE_INFINITY,
  )
  const shortest = Math.max(
    ...column.rules.flatMap((rule) => (rule.kind === 'shortest' ? [rule.characters] : [])),
    0,
  )
  const fitting = PHRASES.filter(({ length }) => length >= shortest && length <= longest)
  return fitting.length > 0 ? fitting : accepted(column)
}

function numbers(column: ColumnFacts): string[] {
  const bound = (kind: 'least' | 'most') =>
    column.rules.flatMap((rule) => (rule.kind === kind ? [Number(rule.value)] : []))
  const [least, most] = [Math.max(...bound('least'), -1), Math.min(...bound('most'), 4)]
  const few = ['0', '1', '2', '3'].filter((value) => Number(value) > least - 1 && Number(value) < most + 1)
  const values = few.length > 1 ? few : accepted(column)
  return values.map((value) => asPrinted(column, value))
}

function json({ rules }: ColumnFacts): string[] {
  const shape = rules.flatMap((rule) => (rule.kind === 'json' ? [rule.shape] : []))[0]
  return shape === 'array' ? ['[]', '[1]', '["alpha"]'] : ['{}', '{"k": 1}', '{"k": "alpha"}']
}

function accepted(column: ColumnFacts): string[] {
  return acceptedValues(column).filter((value): value is string => value !== null && value.length < 50)
}

/** The value as PostgreSQL prints it: a numeric with all digits of its scale. */
function asPrinted({ type, digits: [, scale = 0] }: ColumnFacts, value: string): string {
  if (type !== 'numeric' || scale === 0) return value
  const [whole, fraction = ''] = value.split('.')
  return `${whole}.${fraction.padEnd(scale, '0')}`
}

/** The column that predicates search for words: the longest text, otherwise an object, otherwise the id, which has no words. */
export function wordColumnOf({ columns }: TableFacts): string {
  const texts = columns.filter(
    ({ type, rules, generated }) =>
      type === 'text' && !generated && !rules.some(({ kind }) => kind === 'list'),
  )
  const room = ({ rules }: ColumnFacts) =>
    Math.min(...rules.flatMap((rule) => (rule.kind === 'longest' ? [rule.characters] : [])), Number.MAX_VALUE)
  const longest = texts.toSorted((a, b) => room(b) - room(a))[0]
  const object = columns.find(({ rules }) =>
    rules.some((rule) => rule.kind === 'json' && rule.shape === 'object'),
  )
  return longest?.name ?? object?.name ?? 'id'
}

/** A word as a value of the column. */
export function worded(column: Column | undefined, word: string): Value {
  return column?.type === 'jsonb' ? `{"k": "${word}"}` : word
}
