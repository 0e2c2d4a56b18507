// Copied by "make types"; do not edit.
// @ts-self-types="./zod-rules.d.ts"
import { z } from 'zod'

export function text({ min = 0, max = Number.POSITIVE_INFINITY } = {}) {
  return z
    .string()
    .refine((value) => !value.includes('\0'), 'Text cannot hold U+0000')
    .refine((value) => isBetween(value, min, max), `Must have ${range(min, max)} characters`)
}

/** char_length counts code points. They are counted only if the number of code units does not decide. */
function isBetween(value, min, max) {
  if (value.length < min) return false
  if (value.length <= max && value.length >= 2 * min) return true
  let characters = 0
  for (const _ of value) characters += 1
  return characters >= min && characters <= max
}

function range(min, max) {
  return max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`
}

export function integer(min, max) {
  return z.number().int().min(min).max(max)
}

export function whole(min, max) {
  return z
    .union([z.number().int(), z.bigint(), z.string().regex(/^-?\d+$/)])
    .refine(
      (value) => BigInt(value) >= BigInt(min) && BigInt(value) <= BigInt(max),
      `Must be ${min} to ${max}`,
    )
}

export function decimal({ scale = 16383, min, max }) {
  return z
    .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
    .refine((value) => isWithin(rounded(String(value), scale), scale, min, max), outside(min, max))
}

/** The number in units of 10^-scale, rounded half away from zero as PostgreSQL rounds a numeric. */
function rounded(value, scale) {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(value) ?? []
  const shift = Number(exponent) - fraction.length + scale
  const digits = BigInt(whole + fraction)
  const units = shift >= 0 ? digits * 10n ** BigInt(shift) : halfUp(digits, 10n ** BigInt(-shift))
  return sign === '-' ? -units : units
}

function halfUp(digits, unit) {
  return (2n * digits + unit) / (2n * unit)
}

function isWithin(units, scale, min, max) {
  if (min !== undefined) {
    const least = rounded(min.value, scale)
    if (units < least || (min.exclusive && units === least)) return false
  }
  if (max === undefined) return true
  const most = rounded(max.value, scale)
  return units < most || (!max.exclusive && units === most)
}

function outside(min, max) {
  const bounds = [
    ...(min === undefined ? [] : [`${min.exclusive ? '>' : '>='} ${min.value}`]),
    ...(max === undefined ? [] : [`${max.exclusive ? '<' : '<='} ${max.value}`]),
  ]
  return `Must be ${bounds.join(' and ')}`
}

export function float(bytes, { min, max } = {}) {
  return z.number().refine(
    (value) => {
      if (bytes === 4 && !fitsFourBytes(value)) return false
      if (min !== undefined && (min.exclusive ? value <= Number(min.value) : value < Number(min.value)))
        return false
      return max === undefined || (max.exclusive ? value < Number(max.value) : value <= Number(max.value))
    },
    outside(min, max),
  )
}

/** PostgreSQL refuses a number that a real would round to infinity, or to zero if it is not zero. */
function fitsFourBytes(value) {
  const single = Math.fround(value)
  return Number.isFinite(single) && (single !== 0) === (value !== 0)
}

export function timestamp() {
  // PostgreSQL has no year 0.
  const written = z.iso
    .datetime({ offset: true })
    .refine((value) => !value.startsWith('0000'), 'There is no year 0')
  return z.union([z.date(), written])
}

export function json(shape) {
  return z.custom(
    (value) => isJson(value) && hasShape(value, shape),
    shape === undefined ? 'Must be JSON' : `Must be a JSON ${shape}`,
  )
}

function hasShape(value, shape) {
  if (shape === 'array') return Array.isArray(value)
  return shape === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))
}

function isJson(value) {
  switch (typeof value) {
    case 'string':
      return isStorable(value)
    case 'number':
      return Number.isFinite(value)
    case 'boolean':
      return true
    case 'object':
      if (value === null) return true
      if (Array.isArray(value)) return value.every(isJson)
      return (
        isPlain(value) &&
        Object.entries(value).every(([key, each]) => isStorable(key) && (each === undefined || isJson(each)))
      )
    default:
      return false
  }
}

/** Whether a value is a plain object; a Date or a Map would have another form in JSON. */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

function isStorable(value) {
  return !value.includes('\0') && !/\p{Surrogate}/u.test(value)
}
