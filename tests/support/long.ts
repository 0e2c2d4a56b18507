import { shareOf } from '../../db/checks/share.ts'

/** Whether `make test-long` runs the tests, with every repetition and at full size. */
export const LONG = process.env.TEST_LONG === '1'

/** All elements in `make test-long`, every third in `make test`. */
export function sampled<T>(all: readonly T[]): readonly T[] {
  return LONG ? all : all.filter((_, n) => n % 3 === 0)
}

/** The share of `all` that the setting SHARE selects, spread evenly. */
export function shared<T>(all: readonly T[]): readonly T[] {
  const count = shareOf(all.length)
  return Array.from({ length: count }, (_, n) => all[Math.floor(((n + 0.5) * all.length) / count)] as T)
}
