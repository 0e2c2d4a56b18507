import type { RootOperationNode } from 'kysely'

/**
 * What a query may do besides reading and writing the tables it names.
 *
 * - `read`: nothing, and it does not write: a select of the query builder without raw SQL, functions, locks or `with`. Run
 *   in its own transaction, it returns what it would return as the first statement of a longer one (at the default
 *   isolation level each statement has its own snapshot).
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

// A kind of node that is not listed is not plain. An unknown kind costs a round trip and breaks nothing.
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
  // Values are bound and need no look.
  if (kind === 'ValueNode' || kind === 'PrimitiveValueListNode') return true
  if (kind === 'RawNode') return isDirection(node)
  if (!PLAIN.has(kind)) return false
  // This runs before each first query, and Object.values would be half of it.
  for (const name in node) if (!isPlainPart(node[name as keyof typeof node])) return false
  return true
}

function isPlainPart(part: unknown): boolean {
  return typeof part !== 'object' || part === null || isPlain(part)
}

/** Kysely writes the direction of `orderBy(…, 'desc')` as raw SQL. */
function isDirection(node: object): boolean {
  const [text, ...more] = 'sqlFragments' in node && Array.isArray(node.sqlFragments) ? node.sqlFragments : []
  return more.length === 0 && (text === 'asc' || text === 'desc')
}
