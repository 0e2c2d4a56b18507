import { ownerColumns } from '@centrid/db-types'
import {
  AliasNode,
  BinaryOperationNode,
  ColumnNode,
  DeleteQueryNode,
  IdentifierNode,
  type KyselyPlugin,
  MergeQueryNode,
  type OperationNode,
  OperatorNode,
  ReferenceNode,
  SelectQueryNode,
  TableNode,
  UpdateQueryNode,
  ValueNode,
  WithNode,
} from 'kysely'
import type { ConditionOn } from './conditions.ts'
import { restrictDelete, restrictMerge, restrictSelect, restrictUpdate } from './statements.ts'
import { changeChildren } from './tree.ts'

/**
 * Adds `<table>.user_id = <account>` to every query of the builder, for each table whose rows belong to accounts. The
 * policies have the same condition, but the planner does not know the account in it and plans for the average one
 * (docs/decisions/0025). Does not change results. Raw SQL is left unchanged, except for queries of the builder inside it.
 */
export function ownerPlugin(account: string): KyselyPlugin {
  return {
    transformQuery: ({ node }) => restrict(node, NO_NAMES, account),
    transformResult: ({ result }) => Promise.resolve(result),
  }
}

/** Names of common table expressions, which hide tables of the same name. */
type Names = ReadonlySet<string>
const NO_NAMES: Names = new Set()

/** @param outer names that are hidden in the surrounding query */
function restrict<Node extends OperationNode>(node: Node, outer: Names, account: string): Node {
  const names = namesInside(node, outer)
  const changed = changeChildren(node, (child) =>
    WithNode.is(child) ? restrictWith(child, outer, account) : restrict(child, names, account),
  )
  const onSource: ConditionOn = (table) => conditionOn(table, names, account)
  // A common table expression does not hide the table that a statement writes.
  const onTarget: ConditionOn = (table) => conditionOn(table, NO_NAMES, account)
  return restrictStatement(changed, onSource, onTarget)
}

function restrictStatement<Node extends OperationNode>(
  node: Node,
  onSource: ConditionOn,
  onTarget: ConditionOn,
): Node {
  if (SelectQueryNode.is(node)) return { ...node, ...restrictSelect(node, onSource) }
  if (UpdateQueryNode.is(node)) return { ...node, ...restrictUpdate(node, onSource, onTarget) }
  if (DeleteQueryNode.is(node)) return { ...node, ...restrictDelete(node, onSource, onTarget) }
  if (MergeQueryNode.is(node)) return { ...node, ...restrictMerge(node, onSource, onTarget) }
  return node
}

/** A common table expression can refer to earlier ones and, with `recursive`, to itself and later ones. */
function restrictWith<Node extends WithNode>(node: Node, outer: Names, account: string): Node {
  const expressions = node.expressions.map((each, place) => {
    const visible = node.recursive ? node.expressions : node.expressions.slice(0, place)
    return restrict(each, withNames(outer, visible), account)
  })
  return { ...node, expressions }
}

function namesInside(node: OperationNode, outer: Names): Names {
  const clause: unknown = 'with' in node ? node.with : undefined
  return isWith(clause) ? withNames(outer, clause.expressions) : outer
}

function withNames(outer: Names, expressions: WithNode['expressions']): Names {
  return new Set([...outer, ...expressions.map(({ name }) => name.table.table.identifier.name)])
}

function isWith(clause: unknown): clause is WithNode {
  return clause !== undefined
}

function conditionOn(table: OperationNode, hidden: Names, account: string): OperationNode | undefined {
  const named = AliasNode.is(table) ? table.node : table
  if (!TableNode.is(named)) return undefined
  const { schema, identifier } = named.table
  if (schema ? schema.name !== 'public' : hidden.has(identifier.name)) return undefined
  const column = COLUMNS.get(identifier.name)
  const reference = AliasNode.is(table) ? aliasOf(table) : named
  if (column === undefined || !reference) return undefined
  return BinaryOperationNode.create(
    ReferenceNode.create(ColumnNode.create(column), reference),
    OperatorNode.create('='),
    ValueNode.create(account),
  )
}

function aliasOf({ alias }: AliasNode): TableNode | undefined {
  return IdentifierNode.is(alias) ? TableNode.create(alias.name) : undefined
}

const COLUMNS: ReadonlyMap<string, string> = new Map(Object.entries(ownerColumns))
