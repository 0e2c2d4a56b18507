import { type Mutant, nameOf } from './operator.ts'

/** What to try: all mutants, those whose name matches, or a sample of them. */
export interface Choice {
  filter?: RegExp
  /** Objects whose mutants are all tried, in addition to the sample of the others. */
  changed?: ReadonlySet<string>
  /** Size of the sample, which is spread over the operators. */
  sample?: number
  /** The same seed chooses the same mutants. */
  seed: number
}

/** Chooses mutants. A sample takes one mutant of each operator in turn, in an order that the seed determines. */
export function choose(mutants: readonly Mutant[], choice: Choice): Mutant[] {
  const { filter, changed, sample, seed } = choice
  const matching = mutants.filter((mutant) => filter?.test(nameOf(mutant)) ?? true)
  if (sample === undefined) return matching
  const mustTry = ({ objects }: Mutant) => objects.some((object) => changed?.has(object))
  const random = generator(seed)
  const keyed = matching.map((mutant) => ({ mutant, key: random() }))
  const turns = new Map<string, number>()
  const sampled = keyed
    .filter(({ mutant }) => !mustTry(mutant))
    .toSorted((a, b) => a.key - b.key)
    .map((each) => {
      const turn = turns.get(each.mutant.operator) ?? 0
      turns.set(each.mutant.operator, turn + 1)
      return { ...each, turn }
    })
    .toSorted((a, b) => a.turn - b.turn || a.key - b.key)
    .slice(0, sample)
  const chosen = new Set(sampled.map(({ mutant }) => mutant))
  return matching.filter((mutant) => chosen.has(mutant) || mustTry(mutant))
}

/** mulberry32: numbers from 0 to 1, the same for the same seed on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
