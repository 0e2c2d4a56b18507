import { usageError } from './failure.ts'

/**
 * Reads a setting or an option that is a whole number.
 *
 * @param name of the setting, for the message
 * @throws Failure (2) if it is not a whole number between `least` and `most`
 */
export function wholeNumber(
  name: string,
  value: string | number,
  least = 0,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const number = typeof value === 'number' || /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (Number.isSafeInteger(number) && number >= least && number <= most) return number
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`
  throw usageError(`${name} is "${value}": it must be a whole number ${range}`)
}
