import { type JoinNode, OnNode, type OperationNode } from 'kysely'
import { both, type ConditionOn, filtered } from './conditions.ts'

/** What a statement reads from, and what its `where` must hold besides. */
export interface Sources {
  from: readonly OperationNode[]
  joins: readonly JoinNode[]
  where: readonly OperationNode[]
}

/**
 * Adds the condition on each table where it has the effect of a filter on that table alone: in the `on` of a join, so that
 * an outer join keeps the rows of its other side, else in `where`.
 */
export function restrictSources(
  from: readonly OperationNode[],
  joins: readonly JoinNode[],
  conditionOn: ConditionOn,
): Sources {
  const where: OperationNode[] = []
  let joined = joins
  /** Answers the table with which the statement goes on. */
  const restrict = (table: OperationNode, carrier: Carrier): OperationNode => {
    const condition = conditionOn(table)
    if (!condition) return table
    if (carrier === 'itself') return filtered(table, condition)
    if (carrier === 'where') where.push(condition)
    else joined = joined.map((join, place) => (place === carrier ? withOn(join, condition) : join))
    return table
  }
  // `a, b join c`: joins belong to the last table of the list.
  const last = from.length - 1
  const tables = from.map((table, place) => restrict(table, place < last ? 'where' : carrierAfter(joins, 0)))
  joins.forEach(({ table }, place) => {
    const changed = restrict(table, carrierOf(joins, place))
    if (changed !== table)
      joined = joined.map((join, at) => (at === place ? { ...join, table: changed } : join))
  })
  return { from: tables, joins: joined, where }
}

/** What holds the condition on a table: the join at a position, `where`, or the table itself, as a sub-query. */
type Carrier = number | 'where' | 'itself'

function carrierOf(joins: readonly JoinNode[], place: number): Carrier {
  switch (joins[place]?.joinType) {
    case 'InnerJoin':
    case 'LeftJoin':
      return place
    case 'RightJoin':
    case 'CrossJoin':
      return carrierAfter(joins, place + 1)
    default:
      return 'itself'
  }
}

/** The carrier for a table whose rows are all in the result of the joins before a position. */
function carrierAfter(joins: readonly JoinNode[], start: number): Carrier {
  const outer = joins.findIndex(({ joinType }, place) => place >= start && FILLS_LEFT.has(joinType))
  if (outer < 0) return 'where'
  return joins[outer]?.joinType === 'RightJoin' ? outer : 'itself'
}

/** Joins that add rows in which the tables before them are null. */
const FILLS_LEFT = new Set<string>(['RightJoin', 'FullJoin'])

function withOn(join: JoinNode, condition: OperationNode): JoinNode {
  return { ...join, on: OnNode.create(both(condition, join.on?.on)) }
}
