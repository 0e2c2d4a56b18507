import type { Catalog } from '../catalog/object.ts'
import type { Right } from './read.ts'

/** Whether the object of a right, or its column, existed before. */
export function existedIn(before: Catalog): (right: Right) => boolean {
  const names = new Set([...before.values()].map(({ name }) => name))
  return ({ action, object, column }) => {
    if (column !== undefined) return before.has(`column ${object}.${column}`)
    // These are attributes and memberships of a role, not rights on an object.
    if (object === 'everything' || action === 'become') return true
    return names.has(object) || before.has(object)
  }
}
