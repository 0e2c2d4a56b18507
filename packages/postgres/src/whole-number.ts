import { usageError } from './failure.ts'

/** The whole number that a text or number is, or undefined where it is none between `least` and `most`. */
export function readWholeNumber(
  value: string | number,
  least = 0,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (typeof value === 'string' && !/^\d+$/.test(value)) return undefined
  const number = Number(value)
  return Number.isSafeInteger(number) && number >= least && number <= most ? number : undefined
}

/**
 * The whole number that a setting or an option is.
 *
 * @param name of the setting, for the message
 * @throws Failure (2) where it is none between `least` and `most`
 */
export function wholeNumber(
  name: string,
  value: string | number,
  least = 0,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const number = readWholeNumber(value, least, most)
  if (number !== undefined) return number
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`
  throw usageError(`${name} is "${value}": it must be a whole number ${range}`)
}
