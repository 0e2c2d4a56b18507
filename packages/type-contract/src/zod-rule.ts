import type { Column } from './catalog.ts'
import type { Rule } from './checks.ts'
import type { ValueList } from './naming.ts'
import type { PgType } from './pg-type.ts'

/** The rule of a column, as JavaScript and as a type. */
export interface ZodRule {
  js: string
  type: string
  /** Functions of zod-rules.js that it uses. */
  uses: string[]
  /** Types that `type` uses. */
  imports: string[]
  constant?: string
}

const INTEGERS: Readonly<Record<string, [min: string, max: string]>> = {
  int2: ['-32768', '32767'],
  int4: ['-2147483648', '2147483647'],
  int8: ['-9223372036854775808', '9223372036854775807'],
}

/** The zod rule of a column: its type, its CHECKs, its list of values. */
export function zodRule(column: Column, list: ValueList | undefined): ZodRule {
  if (column.type.element) return arrayRule(column, column.type.element, list)
  if (list) {
    const js = `z.enum(${list.constant})`
    return { js, type: zodType(list.type), uses: [], imports: [list.type], constant: list.constant }
  }
  switch (column.type.builtin) {
    case 'text':
    case 'varchar':
    case 'bpchar':
      return call('text', [lengths(column)], 'string')
    case 'uuid':
      return { js: 'z.guid()', type: zodType('string'), uses: [], imports: [] }
    case 'bool':
      return { js: 'z.boolean()', type: zodType('boolean'), uses: [], imports: [] }
    case 'int2':
    case 'int4':
      return call('integer', bounds(column), 'number')
    case 'int8':
      return call(
        'whole',
        bounds(column).map((each) => `'${each}'`),
        'bigint | number | string',
      )
    case 'numeric':
      return call('decimal', [decimals(column)], 'number | string')
    case 'float4':
    case 'float8':
      return call(
        'float',
        [column.type.builtin === 'float4' ? '4' : '8', object(limits(column.rules))],
        'number',
      )
    case 'timestamptz':
      return call('timestamp', [], 'Date | string')
    case 'bytea':
      return {
        js: 'z.instanceof(Uint8Array)',
        type: zodType('Uint8Array'),
        uses: [],
        imports: [],
      }
    case 'json':
    case 'jsonb':
      return jsonRule(column)
    default:
      // A type without its own rule is text, which PostgreSQL parses.
      return call('text', [], 'string')
  }
}

/** The rule of an array: elements follow their type and may be null; CHECKs of the column apply to the array. */
function arrayRule(column: Column, type: PgType, list: ValueList | undefined): ZodRule {
  const element = zodRule({ ...column, type, rules: [], storedAs: type.name }, list)
  return {
    ...element,
    js: `z.array(${element.js}.nullable())`,
    type: `z.ZodArray<z.ZodNullable<${element.type}>>`,
  }
}

function call(name: string, args: readonly string[], type: string): ZodRule {
  return {
    js: `${name}(${args.filter((arg) => arg !== '').join(', ')})`,
    type: zodType(type),
    uses: [name],
    imports: [],
  }
}

function zodType(type: string): string {
  return `z.ZodType<${type}, ${type}>`
}

function jsonRule({ rules }: Column): ZodRule {
  const rule = rules.find(({ kind }) => kind === 'json')
  const shape =
    rule?.kind === 'json' && (rule.shape === 'object' || rule.shape === 'array') ? rule.shape : undefined
  const type = shape === 'object' ? 'JsonObject' : shape === 'array' ? 'JsonArray' : 'Json'
  return { ...call('json', shape ? [`'${shape}'`] : [], type), imports: [type] }
}

function lengths({ rules }: Column): string {
  const shortest = rules.flatMap((rule) => (rule.kind === 'shortest' ? [rule.characters] : []))
  const longest = rules.flatMap((rule) => (rule.kind === 'longest' ? [rule.characters] : []))
  return object([
    ...(shortest.length > 0 ? [`min: ${Math.max(...shortest)}`] : []),
    ...(longest.length > 0 ? [`max: ${Math.min(...longest)}`] : []),
  ])
}

/** Bounds of a column of whole numbers: the tightest of its type's range and its CHECKs. */
function bounds({ type, rules }: Column): [min: string, max: string] {
  const [lowest, highest] = INTEGERS[type.builtin ?? ''] ?? ['0', '0']
  let min = BigInt(lowest)
  let max = BigInt(highest)
  for (const rule of rules) {
    if (rule.kind === 'least') {
      const least = whole(rule.value, 'up') + (rule.exclusive && isWhole(rule.value) ? 1n : 0n)
      if (least > min) min = least
    }
    if (rule.kind === 'most') {
      const most = whole(rule.value, 'down') - (rule.exclusive && isWhole(rule.value) ? 1n : 0n)
      if (most < max) max = most
    }
  }
  return [String(min), String(max)]
}

function isWhole(value: string): boolean {
  return /^-?\d+(\.0+)?$/.test(value)
}

/** Rounds a bound for whole numbers: a minimum of 1.5 becomes 2, a maximum becomes 1. */
function whole(value: string, direction: 'up' | 'down'): bigint {
  const truncated = BigInt(value.replace(/\..*$/, '') || '0')
  if (isWhole(value)) return truncated
  const negative = value.startsWith('-')
  if (direction === 'up') return negative ? truncated : truncated + 1n
  return negative ? truncated - 1n : truncated
}

function decimals({ rules, storedAs }: Column): string {
  const [, precision, scale] = /^numeric\((\d+),(-?\d+)\)$/.exec(storedAs) ?? []
  if (precision === undefined || scale === undefined) return object(limits(rules)) || '{}'
  return object([`scale: ${scale}`, ...limits(rules, largest(Number(precision), Number(scale)))])
}

/** The largest value: numeric(4,2) 99.99, numeric(2,4) 0.0099, numeric(2,-3) 99000. */
function largest(precision: number, scale: number): string {
  const digits = '9'.repeat(precision)
  if (scale <= 0) return digits + '0'.repeat(-scale)
  const padded = digits.padStart(scale + 1, '0')
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

interface Bound {
  value: string
  exclusive: boolean
}

/** The tightest bounds of the CHECKs and of the type's range, as properties. */
function limits(rules: readonly Rule[], holds?: string): string[] {
  const bounds = (kind: 'least' | 'most', type: string | undefined): Bound[] => [
    ...rules.flatMap((rule) => (rule.kind === kind ? [rule] : [])),
    ...(type === undefined ? [] : [{ value: type, exclusive: false }]),
  ]
  const min = bounds('least', holds && `-${holds}`).reduce(tighter('least'), undefined)
  const max = bounds('most', holds).reduce(tighter('most'), undefined)
  return [...(min ? [`min: ${show(min)}`] : []), ...(max ? [`max: ${show(max)}`] : [])]
}

function tighter(kind: 'least' | 'most') {
  return (a: Bound | undefined, b: Bound): Bound => {
    if (!a || a.value === b.value) return a?.exclusive ? a : b
    const bIsGreater = Number(b.value) > Number(a.value)
    return bIsGreater === (kind === 'least') ? b : a
  }
}

function show({ value, exclusive }: Bound): string {
  return `{ value: '${value}', exclusive: ${exclusive} }`
}

function object(properties: readonly string[]): string {
  return properties.length > 0 ? `{ ${properties.join(', ')} }` : ''
}
