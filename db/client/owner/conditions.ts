import {
  AliasNode,
  AndNode,
  type OperationNode,
  ParensNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
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
 * `(select * from documents where …) as documents`, for a table whose unmatched rows a join keeps. A qualified name without
 * an alias is left unchanged, because the query could not refer to the sub-query by that name.
 */
export function filtered(table: OperationNode, condition: OperationNode): OperationNode {
  const alias = AliasNode.is(table) ? table.alias : TableNode.is(table) ? table.table.identifier : undefined
  if (!alias || (TableNode.is(table) && table.table.schema)) return table
  const rows = SelectQueryNode.cloneWithSelections(SelectQueryNode.createFrom([table]), [
    SelectionNode.createSelectAll(),
  ])
  const query: SelectQueryNode = { ...rows, where: WhereNode.create(condition) }
  return AliasNode.create(query, alias)
}
