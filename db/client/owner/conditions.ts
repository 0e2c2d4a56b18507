import {
  AliasNode,
  AndNode,
  IdentifierNode,
  JoinNode,
  type OperationNode,
  ParensNode,
  SelectQueryNode,
  TableNode,
  UnaryOperationNode,
  WhereNode,
} from 'kysely'

/** Returns the owner's condition on a table of `from` or a join; undefined if its rows belong to no account. */
export type ConditionOn = (table: OperationNode) => OperationNode | undefined

/** `condition and (existing)`, in parentheses because raw SQL may contain an `or`. */
export function both(condition: OperationNode, existing: OperationNode | undefined): OperationNode {
  return existing ? AndNode.create(condition, ParensNode.create(existing)) : condition
}

/** The property `where` of a statement, with more conditions. */
export function whereWith(
  existing: WhereNode | undefined,
  conditions: readonly OperationNode[],
): { where?: WhereNode } {
  const [first, ...others] = conditions
  if (!first) return existing ? { where: existing } : {}
  const all = others.reduce((left, right) => AndNode.create(left, right), first)
  return { where: WhereNode.create(both(all, existing?.where)) }
}

/**
 * `(documents inner join (select) as "owner of documents" on …)`, for a table whose unmatched rows a join keeps. Unlike a
 * sub-query, this leaves the table its name, its schema, its system columns and its primary key (for `group by`). The other
 * side is one row without columns.
 */
export function filtered(table: OperationNode, condition: OperationNode): OperationNode {
  const named = AliasNode.is(table) ? table.alias : TableNode.is(table) ? table.table.identifier : undefined
  if (!named || !IdentifierNode.is(named)) return table
  const oneRow = AliasNode.create(SelectQueryNode.create(), IdentifierNode.create(`owner of ${named.name}`))
  // No node of Kysely is a join in parentheses. This one prints its two parts, one after the other.
  return ParensNode.create(
    UnaryOperationNode.create(table, JoinNode.createWithOn('InnerJoin', oneRow, condition)),
  )
}
