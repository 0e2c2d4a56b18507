export interface Claims {
  /** @param thing the object to rename if the name is taken: `table a`, also for the name of its row type */
  claim(name: string, owner: string, thing: string): void
  /** One line per name that several things share, or that is taken. */
  problems(taken: ReadonlySet<string>): string[]
}

/** Records names and what uses them. */
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
        // Two tables with the same name also share all derived names.
        const things = all.map(({ thing }) => thing).join()
        if (all.length < 2 || told.has(things)) return []
        told.add(things)
        return [`  ${name}: ${all.map(({ owner }) => owner).join(', ')}`]
      })
    },
  }
}
