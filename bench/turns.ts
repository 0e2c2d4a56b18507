/** Times each design once per round, in turns. The first round warms the caches. */
export async function inTurns<T>(
  designs: readonly T[],
  rounds: number,
  time: (design: T, round: number) => Promise<number>,
): Promise<Map<T, number[]>> {
  const times = new Map<T, number[]>(designs.map((design) => [design, []]))
  for (let round = -1; round < rounds; round++) {
    for (const design of designs) {
      const taken = await time(design, round + 1)
      if (round >= 0) times.get(design)?.push(taken)
    }
  }
  return times
}
