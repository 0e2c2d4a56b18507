import type { RootOperationNode } from 'kysely'

/**
 * What a query may do beside reading and writing the tables it names.
 *
 * - `read`: nothing, and it only reads: a select of the query builder without SQL written by hand, functions, locks or a
 *   `with` part. Alone in a transaction it sees and does exactly what it would at the start of a longer one (at the default
 *   isolation level each statement sees its own moment anyway).
 * - `write`: nothing; an insert, update or delete made so.
 * - `query`: call functions, one of which may be set_config.
 * - `raw`: anything, ending the transaction included.
 */
export type QueryKind = 'read' | 'write' | 'query' | 'raw'

export function kindOf(query: RootOperationNode): QueryKind {
  if (query.kind === 'RawNode') return 'raw'
  if (!isPlain(query)) return 'query'
  return query.kind === 'SelectQueryNode' ? 'read' : 'write'
}

// What is not listed is not plain: a new kind of node is slower, not wrong.
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
  // Values are sent as they are, and never looked into.
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
