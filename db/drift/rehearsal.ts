import { loadModule } from 'libpg-query'
import type pg from 'pg'
import type { CatalogChange } from 'schema-change/catalog/compare.ts'
import { type Folded, rehearse, type Stage } from 'schema-change/catalog/rehearse.ts'
import { isAllowed } from './allowed.ts'
import { renameOwner } from './scope.ts'

/** Roles of two databases. */
export interface Owners {
  /** Owner of the objects on the database that was compared. */
  target: string
  /** Owner of the objects on the clone. */
  clone: string
}

/** Tries the SQL of each difference on the clone. Returns whether it reverts the difference. */
export async function rehearseOnClone(
  clone: pg.Client,
  differences: readonly Folded[],
  { target, clone: here }: Owners,
  stage: Omit<Stage, 'isAllowed'>,
): Promise<boolean[]> {
  await loadModule()
  const renamed = (change: CatalogChange) => renameInChange(change, target, here)
  const planted = differences.map(({ change, parts }) => ({
    change: renamed(change),
    parts: parts.map(renamed),
  }))
  return rehearse(clone, planted, { ...stage, isAllowed })
}

function renameInChange(change: CatalogChange, from: string, to: string): CatalogChange {
  const object = renameOwner(change.object, from, to)
  if (change.type !== 'changed') return { ...change, object }
  const name = (value: string | undefined) => (value === from ? to : value)
  const facts = change.facts.map((each) =>
    each.fact === 'owner' ? { ...each, before: name(each.before), after: name(each.after) } : each,
  )
  return { ...change, object, facts }
}
