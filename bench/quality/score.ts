/** Grades of expected results: 2 for an answer, 1 for a partly relevant result. */
export type Grades = ReadonlyMap<string, number>

/** The scores of a search. */
export interface Scored {
  /** Normalised discounted cumulative gain of the first ten. */
  ndcg: number
  /** Share of the graded results in the first ten; if more than ten are graded, share of ten. */
  recall: number
}

const TOP = 10

/**
 * Normalised discounted cumulative gain and recall of the first ten.
 *
 * https://en.wikipedia.org/wiki/Discounted_cumulative_gain
 */
export function score(found: readonly string[], grades: Grades): Scored {
  const first = found.slice(0, TOP)
  const best = [...grades.values()].sort((a, b) => b - a).slice(0, TOP)
  const hits = first.filter((id) => grades.has(id)).length
  return {
    ndcg: gain(first.map((id) => grades.get(id) ?? 0)) / gain(best),
    recall: hits / best.length,
  }
}

function gain(grades: readonly number[]): number {
  return grades.reduce((sum, grade, place) => sum + (2 ** grade - 1) / Math.log2(place + 2), 0)
}

/** Means of a list of scores. */
export function mean(scores: readonly Scored[]): Scored {
  const of = (field: keyof Scored) => scores.reduce((sum, each) => sum + each[field], 0) / scores.length
  return { ndcg: of('ndcg'), recall: of('recall') }
}
