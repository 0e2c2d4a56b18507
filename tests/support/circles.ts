/**
 * The cycles of a graph: sorted groups of nodes in which each reaches every other (Tarjan's strongly connected components of
 * more than one node, and nodes with an edge to themselves).
 */
export function findCircles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>()
  const stack: string[] = []
  const circles: string[][] = []
  const visit = (node: string): number => {
    const number = order.size
    order.set(node, number)
    let low = number
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next))
      else if (stack.includes(next)) low = Math.min(low, order.get(next) ?? low)
    }
    if (low === number) {
      const group = stack.splice(stack.indexOf(node)).sort()
      if (group.length > 1 || graph.get(node)?.includes(node)) circles.push(group)
    }
    return low
  }
  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return circles.sort()
}
