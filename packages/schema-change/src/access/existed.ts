import type { Catalog } from '../catalog/object.ts'
import type { Right } from './read.ts'

/** Whether what a right is about was there: for a column, that column. */
export function existedIn(before: Catalog): (right: Right) => boolean {
  const names = new Set([...before.values()].map(({ name }) => name))
  return ({ action, object, column }) => {
    if (column !== undefined) return before.has(`column ${object}.${column}`)
    // Not about an object: the powers of a role.
    if (object === 'everything' || action === 'become') return true
    return names.has(object) || before.has(object)
  }
}
