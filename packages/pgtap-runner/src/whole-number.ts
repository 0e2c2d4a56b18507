import { UsageError } from './usage-error.ts'

/** Reads an option that is a whole number. @throws UsageError if it is not, or is below `least` */
export function wholeNumber(name: string, value: string | number, least: number): number {
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN
  if (Number.isSafeInteger(number) && number >= least) return number
  throw new UsageError(`${name} must be a whole number from ${least}, not ${value}`)
}
