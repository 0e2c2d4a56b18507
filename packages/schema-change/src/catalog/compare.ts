import type { Catalog, CatalogObject } from './object.ts'

/** A difference between two catalogs. */
export type CatalogChange =
  | { type: 'new' | 'gone'; object: CatalogObject }
  | { type: 'changed'; object: CatalogObject; facts: readonly FactChange[] }

export interface FactChange {
  fact: string
  before: string | undefined
  after: string | undefined
}

/** Every difference, in the order of kinds and names. */
export function compareCatalogs(before: Catalog, after: Catalog): CatalogChange[] {
  const changes: CatalogChange[] = []
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, now] = [before.get(key), after.get(key)]
    if (!old && now) changes.push({ type: 'new', object: now })
    else if (old && !now) changes.push({ type: 'gone', object: old })
    else if (old && now) {
      const facts = compareFacts(old, now)
      if (facts.length > 0) changes.push({ type: 'changed', object: now, facts })
    }
  }
  return changes
}

function compareFacts({ facts: old }: CatalogObject, { facts: now }: CatalogObject): FactChange[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((fact) => old[fact] !== now[fact])
    .map((fact) => ({ fact, before: old[fact], after: now[fact] }))
}
