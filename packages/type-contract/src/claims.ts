export interface Claims {
  claim(name: string, owner: string): void
  /** A line for each name that several have, or that is taken. */
  problems(taken: ReadonlySet<string>): string[]
}

/** Who has which name. */
export function nameClaims(): Claims {
  const ownersOf = new Map<string, string[]>()
  return {
    claim(name, owner) {
      ownersOf.set(name, [...(ownersOf.get(name) ?? []), owner])
    },
    problems(taken) {
      return [...ownersOf].flatMap(([name, owners]) => {
        const all = taken.has(name) ? [...owners, 'the package itself'] : owners
        return all.length > 1 ? [`  ${name}: ${all.join(', ')}`] : []
      })
    },
  }
}
