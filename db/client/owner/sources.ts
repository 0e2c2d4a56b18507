import { type JoinNode, OnNode, type OperationNode } from 'kysely'
import { both, type ConditionOn, filtered } from './conditions.ts'

/** The tables of a statement, and the conditions to add to its `where`. */
export interface Sources {
  from: readonly OperationNode[]
  joins: readonly JoinNode[]
  where: readonly OperationNode[]
}

/**
 * Adds the condition on each table where it filters only that table: in the `on` of a join, because an outer join must keep
 * the rows of its other side, otherwise in `where`.
 */
export function restrictSources(
  from: readonly OperationNode[],
  joins: readonly JoinNode[],
  conditionOn: ConditionOn,
): Sources {
  const where: OperationNode[] = []
  let joined = joins
  /** Returns the table to use in the statement. */
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

/** Where the condition on a table goes: into the join at a position, `where`, or the table itself, as a sub-query. */
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

/** The carrier for a table all of whose rows are in the result of the joins before a position. */
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
