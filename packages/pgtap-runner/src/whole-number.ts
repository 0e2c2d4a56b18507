import { readWholeNumber } from 'postgres-kit/whole-number.ts'
import { UsageError } from './usage-error.ts'

/** The whole number that an option is. @throws UsageError where it is none from `least` on */
export function wholeNumber(name: string, value: string | number, least: number): number {
  const number = readWholeNumber(value, least)
  if (number === undefined) throw new UsageError(`${name} must be a whole number from ${least}, not ${value}`)
  return number
}
