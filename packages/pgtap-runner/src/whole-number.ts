import { UsageError } from './usage-error.ts'

/** The whole number that an option is. @throws UsageError if it is none from `least` on */
export function wholeNumber(name: string, value: string | number, least: number): number {
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN
  if (Number.isSafeInteger(number) && number >= least) return number
  throw new UsageError(`${name} must be a whole number from ${least}, not ${value}`)
}
