import type { OperationNode } from 'kysely'

/** Makes another node of the same kind; answers the same object where nothing changes. */
export type Change = <Node extends OperationNode>(node: Node) => Node

/** A copy of the node in which every node directly below is changed; the same object where nothing changes. */
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
    // An array of the same kinds of nodes at the same places.
    return items.some((item, place) => item !== part[place]) ? (items as Part) : part
  }
  return isNode(part) && !LEAVES.has(part.kind) ? change(part) : part
}

/** Names and values. A value is bound and holds no nodes, whatever it looks like. */
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
