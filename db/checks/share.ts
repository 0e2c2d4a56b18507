import { usageError } from 'postgres-kit/failure.ts'

/**
 * So many of `count` as the setting SHARE leaves, at least one: `make test-long` tries mutants, crashes and races, which take
 * hours in all. SHARE=0.05 leaves a twentieth.
 *
 * @throws Failure (2) if SHARE is no number above 0 and up to 1
 */
export function shareOf(count: number): number {
  const share = Number(process.env.SHARE || 1)
  if (!(share > 0 && share <= 1)) throw usageError('SHARE must be above 0 and at most 1, for example 0.05')
  return Math.max(1, Math.round(count * share))
}
