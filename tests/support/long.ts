/** Whether `make test-long` runs the tests: with every repetition, at full size. `make test` has less time. */
export const LONG = process.env.TEST_LONG === '1'
