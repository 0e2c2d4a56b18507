import type { Node } from 'libpg-query'
import { relationName, stringsOf } from '../ast.ts'
import type { Rule } from '../rule.ts'
import { addedConstraints } from '../schema/added.ts'

export const DISTRIBUTED_KEY: Rule = {
  code: 'M043',
  title: 'Citus: a primary, unique or foreign key contains the distribution column',
  *after({ settings, schema, file }) {
    const { distributedBy, defaultSchema } = settings
    if (distributedBy === undefined) return
    const keys = (file.up?.statements ?? []).flatMap((at) =>
      keysIn(at.node, defaultSchema).map((key) => ({ ...key, at })),
    )
    for (const { at, table, kind, columns } of keys) {
      // A table without the column has no shards.
      if (columns.includes(distributedBy) || !schema.tables.get(table)?.columns.has(distributedBy)) continue
      yield {
        at,
        message: `a ${kind} of ${table} (${columns.join(', ')}) does not contain ${distributedBy}: a shard cannot check it`,
        advice: `Begin it with ${distributedBy}.`,
      }
    }
  },
}

interface KeyIn {
  table: string
  kind: 'key' | 'foreign key'
  columns: string[]
}

function keysIn(node: Node, defaultSchema: string): KeyIn[] {
  if ('IndexStmt' in node) {
    const { unique, relation, indexParams = [] } = node.IndexStmt
    if (!unique || !relation) return []
    const columns = indexParams.flatMap((each) => ('IndexElem' in each ? [each.IndexElem.name ?? ''] : []))
    return [{ table: relationName(relation, defaultSchema), kind: 'key', columns }]
  }
  return addedConstraints(node, defaultSchema).flatMap(({ table, constraint, column }): KeyIn[] => {
    const own = column === undefined ? [] : [column]
    const { contype, keys, fk_attrs, indexname } = constraint
    if (contype === 'CONSTR_FOREIGN')
      return [{ table, kind: 'foreign key', columns: fk_attrs ? stringsOf(fk_attrs) : own }]
    if (contype === 'CONSTR_EXCLUSION')
      return [{ table, kind: 'key', columns: equalIn(constraint.exclusions) }]
    // A constraint USING INDEX was checked when its index was created.
    if ((contype !== 'CONSTR_PRIMARY' && contype !== 'CONSTR_UNIQUE') || indexname !== undefined) return []
    return [{ table, kind: 'key', columns: keys ? stringsOf(keys) : own }]
  })
}

/** Columns that an exclusion constraint compares with `=`. */
function equalIn(exclusions: readonly Node[] = []): string[] {
  return exclusions.flatMap((each) => {
    const [element, operator] = 'List' in each ? (each.List.items ?? []) : []
    const isEqual = operator && 'List' in operator && stringsOf(operator.List.items).at(-1) === '='
    return isEqual && element && 'IndexElem' in element ? [element.IndexElem.name ?? ''] : []
  })
}
