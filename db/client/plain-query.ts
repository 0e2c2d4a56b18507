import type { RootOperationNode } from 'kysely'

/**
 * What a query may do in addition to reading and writing its tables.
 *
 * - `read`: nothing, and it does not write: a select of the query builder without raw SQL, functions, locks or `with`. In a
 *   transaction of its own, it returns the same rows as in the first statement of a longer one (at the default isolation
 *   level each statement has its own snapshot).
 * - `write`: nothing: an insert, update or delete of the query builder, with the same restrictions.
 * - `query`: call functions, one of which may be set_config.
 * - `raw`: anything, including ending the transaction.
 */
export type QueryKind = 'read' | 'write' | 'query' | 'raw'

export function kindOf(query: RootOperationNode): QueryKind {
  if (query.kind === 'RawNode') return 'raw'
  if (!isPlain(query)) return 'query'
  return query.kind === 'SelectQueryNode' ? 'read' : 'write'
}

// Other kinds of nodes are not plain. An unknown kind only costs a round trip.
const PLAIN = new Set([
  'AggregateFunctionNode',
  'AliasNode',
  'AndNode',
  'BinaryOperationNode',
  'ColumnNode',
  'ColumnUpdateNode',
  'DefaultInsertValueNode',
  'DeleteQueryNode',
  'FromNode',
  'GroupByItemNode',
  'GroupByNode',
  'HavingNode',
  'IdentifierNode',
  'InsertQueryNode',
  'JoinNode',
  'LimitNode',
  'OffsetNode',
  'OnConflictNode',
  'OnNode',
  'OperatorNode',
  'OrNode',
  'OrderByItemNode',
  'OrderByNode',
  'ParensNode',
  'ReferenceNode',
  'ReturningNode',
  'SchemableIdentifierNode',
  'SelectAllNode',
  'SelectQueryNode',
  'SelectionNode',
  'TableNode',
  'TupleNode',
  'UnaryOperationNode',
  'UpdateQueryNode',
  'ValueListNode',
  'ValuesNode',
  'WhereNode',
])

function isPlain(node: object): boolean {
  if (Array.isArray(node)) return node.every(isPlainPart)
  const kind = 'kind' in node && typeof node.kind === 'string' ? node.kind : ''
  // Values are bound, so they are not inspected.
  if (kind === 'ValueNode' || kind === 'PrimitiveValueListNode') return true
  if (kind === 'RawNode') return isDirection(node)
  if (!PLAIN.has(kind)) return false
  // This runs before each first query. Object.values would take half of its time.
  for (const name in node) if (!isPlainPart(node[name as keyof typeof node])) return false
  return true
}

function isPlainPart(part: unknown): boolean {
  return typeof part !== 'object' || part === null || isPlain(part)
}

/** Kysely represents the direction of `orderBy(…, 'desc')` as raw SQL. */
function isDirection(node: object): boolean {
  const [text, ...more] = 'sqlFragments' in node && Array.isArray(node.sqlFragments) ? node.sqlFragments : []
  return more.length === 0 && (text === 'asc' || text === 'desc')
}
