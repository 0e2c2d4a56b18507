/**
 * How well a match ranks, as an expression: with the weights of `private.find_chunks` and `private.find_documents`.
 * tests/bench-population.test.ts compares the ranks of both.
 */
export function rankOf(vector: string, terms: string): string {
  return `ts_rank('{0.1, 0.05, 0.5, 1}', ${vector}, ${terms})`
}
