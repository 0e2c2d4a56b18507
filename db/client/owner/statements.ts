import {
  AndNode,
  type DeleteQueryNode,
  MatchedNode,
  type MergeQueryNode,
  OnNode,
  type OperationNode,
  type SelectQueryNode,
  type UpdateQueryNode,
  type WhenNode,
} from 'kysely'
import { both, type ConditionOn, filtered, whereWith } from './conditions.ts'
import { restrictSources } from './sources.ts'

export function restrictSelect(node: SelectQueryNode, onSource: ConditionOn): SelectQueryNode {
  const { from, joins, where } = restrictSources(node.from?.froms ?? [], node.joins ?? [], onSource)
  return {
    ...node,
    ...(node.from && { from: { ...node.from, froms: from } }),
    ...(node.joins && { joins }),
    ...whereWith(node.where, where),
  }
}

export function restrictUpdate(
  node: UpdateQueryNode,
  onSource: ConditionOn,
  onTarget: ConditionOn,
): UpdateQueryNode {
  const { from, joins, where } = restrictSources(node.from?.froms ?? [], node.joins ?? [], onSource)
  const own = node.table && onTarget(node.table)
  return {
    ...node,
    ...(node.from && { from: { ...node.from, froms: from } }),
    ...(node.joins && { joins }),
    ...whereWith(node.where, own ? [own, ...where] : where),
  }
}

export function restrictDelete(
  node: DeleteQueryNode,
  onSource: ConditionOn,
  onTarget: ConditionOn,
): DeleteQueryNode {
  const { from, joins, where } = restrictSources(node.using?.tables ?? [], node.joins ?? [], onSource)
  const own = node.from.froms.flatMap((table) => onTarget(table) ?? [])
  return {
    ...node,
    ...(node.using && { using: { ...node.using, tables: from } }),
    ...(node.joins && { joins }),
    ...whereWith(node.where, [...own, ...where]),
  }
}

/** `on` determines which rows of the target match. Unmatched rows of the source matter too, so the source is filtered itself. */
export function restrictMerge(
  node: MergeQueryNode,
  onSource: ConditionOn,
  onTarget: ConditionOn,
): MergeQueryNode {
  if (!node.using) return node
  const own = onTarget(node.into)
  const source = onSource(node.using.table)
  return {
    ...node,
    using: {
      ...node.using,
      ...(source && { table: filtered(node.using.table, source) }),
      ...(own && { on: OnNode.create(both(own, node.using.on?.on)) }),
    },
    ...(own && node.whens && { whens: node.whens.map((when) => restrictWhen(when, own)) }),
  }
}

/** Conditions in `on` cannot exclude target rows from `when not matched by source`, so it gets its own condition. */
function restrictWhen(when: WhenNode, own: OperationNode): WhenNode {
  const { condition } = when
  const [matched, rest] = AndNode.is(condition) ? [condition.left, condition.right] : [condition, undefined]
  if (!MatchedNode.is(matched) || !matched.bySource) return when
  return { ...when, condition: AndNode.create(matched, both(own, rest)) }
}
