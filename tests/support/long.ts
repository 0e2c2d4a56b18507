import { shareOf } from '../../db/checks/share.ts'

/** Whether `make test-long` runs the tests: with every repetition, at full size. `make test` has less time. */
export const LONG = process.env.TEST_LONG === '1'

/** All of them where `make test-long` runs the tests; every third in `make test`. */
export function sampled<T>(all: readonly T[]): readonly T[] {
  return LONG ? all : all.filter((_, n) => n % 3 === 0)
}

/** So many of `all` as the setting SHARE leaves, spread evenly. */
export function shared<T>(all: readonly T[]): readonly T[] {
  const count = shareOf(all.length)
  return Array.from({ length: count }, (_, n) => all[Math.floor(((n + 0.5) * all.length) / count)] as T)
}
