import type { Catalog } from '../catalog/object.ts'
import type { Right } from './read.ts'

/**
 * Whether the object of a right, or its column, existed before, perhaps under another name.
 *
 * @param objects the ids of the objects before
 */
export function existedIn(before: Catalog, objects: ReadonlySet<string>): (right: Right) => boolean {
  const names = new Set([...before.values()].map(({ name }) => name))
  return ({ action, object, column, id }) => {
    if (id !== undefined && objects.has(id)) return true
    if (column !== undefined) return before.has(`column ${object}.${column}`)
    // These are attributes and memberships of a role, or rights on what every database has.
    if (object === 'everything' || object === 'the database' || action === 'become' || id === undefined)
      return true
    return names.has(object) || before.has(object)
  }
}
