import type { CatalogChange } from './compare.ts'

/** The change that leads back. */
export function opposite(change: CatalogChange): CatalogChange {
  const { object } = change
  if (change.type !== 'changed') return { type: change.type === 'new' ? 'gone' : 'new', object }
  const facts: Record<string, string> = { ...object.facts }
  for (const { fact, before } of change.facts)
    if (before === undefined) delete facts[fact]
    else facts[fact] = before
  return {
    type: 'changed',
    object: { ...object, facts },
    facts: change.facts.map(({ fact, before, after }) => ({ fact, before: after, after: before })),
  }
}
