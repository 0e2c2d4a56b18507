import { usageError } from 'postgres-kit/failure.ts'

/**
 * Reduces a count by the setting SHARE, to at least 1. The mutants, crashes and races of `make test-long` take hours;
 * SHARE=0.05 runs a twentieth of them.
 *
 * @throws Failure (2) if SHARE is not a number above 0 and at most 1
 */
export function shareOf(count: number): number {
  const share = Number(process.env.SHARE || 1)
  if (!(share > 0 && share <= 1)) throw usageError('SHARE must be above 0 and at most 1, for example 0.05')
  return Math.max(1, Math.round(count * share))
}
