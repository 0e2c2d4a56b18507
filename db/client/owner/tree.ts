import type { OperationNode } from 'kysely'

/** Returns a changed node of the same kind, or the same object if nothing changes. */
export type Change = <Node extends OperationNode>(node: Node) => Node

/** A copy of the node with its direct children changed; the same object if nothing changes. */
export function changeChildren<Node extends OperationNode>(node: Node, change: Change): Node {
  let copy = node
  for (const name in node) {
    const part = node[name]
    const changed = changePart(part, change)
    if (changed !== part) copy = { ...copy, [name]: changed }
  }
  return copy
}

function changePart<Part>(part: Part, change: Change): Part {
  if (Array.isArray(part)) {
    const items: unknown[] = part.map((item: unknown) => changePart(item, change))
    // The array has the same kinds of nodes in the same positions.
    return items.some((item, place) => item !== part[place]) ? (items as Part) : part
  }
  return isNode(part) && !LEAVES.has(part.kind) ? change(part) : part
}

/** Nodes of names and values. A value is bound and contains no nodes, whatever it looks like. */
const LEAVES = new Set([
  'ColumnNode',
  'IdentifierNode',
  'OperatorNode',
  'PrimitiveValueListNode',
  'ReferenceNode',
  'TableNode',
  'ValueNode',
])

function isNode(part: unknown): part is OperationNode {
  return typeof part === 'object' && part !== null && 'kind' in part && typeof part.kind === 'string'
}
