/** Whether `make test-long` runs the tests: with every repetition, at full size. `make test` has less time. */
export const LONG = process.env.TEST_LONG === '1'

/** All of them where `make test-long` runs the tests; every third in `make test`. */
export function sampled<T>(all: readonly T[]): readonly T[] {
  return LONG ? all : all.filter((_, n) => n % 3 === 0)
}

/**
 * Share of the crashes and races that `make test-long` tries, which take an hour in all: the setting SHARE, for example 0.05.
 * (Of its mutants, db/checks/checks.ts takes the same share.)
 * At least one of each.
 */
const SHARE = Number(process.env.SHARE || 1)
if (!(SHARE > 0 && SHARE <= 1)) throw new Error('SHARE must be above 0 and at most 1, for example 0.05')

/** The part of `all` that SHARE leaves, spread evenly. */
export function shared<T>(all: readonly T[]): readonly T[] {
  const count = Math.max(1, Math.round(all.length * SHARE))
  return Array.from({ length: count }, (_, n) => all[Math.floor(((n + 0.5) * all.length) / count)] as T)
}
