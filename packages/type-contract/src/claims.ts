export interface Claims {
  /** @param thing what must be renamed where the name is taken: `table a`, for a row of it as well */
  claim(name: string, owner: string, thing: string): void
  /** A line for the things that have a name together, or one that is taken. */
  problems(taken: ReadonlySet<string>): string[]
}

/** Names and what uses them. */
export function nameClaims(): Claims {
  const ownersOf = new Map<string, { owner: string; thing: string }[]>()
  return {
    claim(name, owner, thing) {
      ownersOf.set(name, [...(ownersOf.get(name) ?? []), { owner, thing }])
    },
    problems(taken) {
      const told = new Set<string>()
      return [...ownersOf].flatMap(([name, claims]) => {
        const ours = { owner: 'the package itself', thing: 'the package itself' }
        const all = taken.has(name) ? [...claims, ours] : claims
        // Two tables with one name also share the names made from it.
        const things = all.map(({ thing }) => thing).join()
        if (all.length < 2 || told.has(things)) return []
        told.add(things)
        return [`  ${name}: ${all.map(({ owner }) => owner).join(', ')}`]
      })
    },
  }
}
