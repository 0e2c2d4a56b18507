import type { DeleteStmt, JoinExpr, Node, RangeVar, UpdateStmt } from 'libpg-query'
import { inside, relationName, stringsOf } from '../ast.ts'
import { statementsIn } from '../parse/body.ts'
import type { Rule } from '../rule.ts'

export const DISTRIBUTED_JOIN: Rule = {
  code: 'M045',
  title: 'Citus: tables are joined by the distribution column',
  *statement(statement, { settings, schema }) {
    const { distributedBy, defaultSchema } = settings
    if (distributedBy === undefined) return
    const queries = queriesOf(statement.node)
    const common = new Set([...inside(queries, 'CommonTableExpr')].map(({ ctename }) => ctename))
    const isDistributed = (relation: RangeVar) =>
      (relation.schemaname !== undefined || !common.has(relation.relname)) &&
      schema.tables.get(relationName(relation, defaultSchema))?.columns.has(distributedBy) === true
    const joins = [
      ...inside(queries, 'SelectStmt'),
      ...[...inside(queries, 'UpdateStmt')].map(joinOfUpdate),
      ...[...inside(queries, 'DeleteStmt')].map(joinOfDelete),
    ]
    for (const query of joins) {
      const loose = looseIn(query, isDistributed, distributedBy)
      if (loose.length === 0) continue
      yield {
        at: statement,
        message: `${loose.join(', ')} is joined without its ${distributedBy}: the rows to join are on any shard`,
        advice: `Compare ${distributedBy} of every table that is joined.`,
      }
    }
  },
}

/** Queries that stay in the database: those of views, also materialized ones, and functions. */
function queriesOf(node: Node): Node[] {
  if ('CreateFunctionStmt' in node) return statementsIn(node.CreateFunctionStmt)
  if ('CreateTableAsStmt' in node) return node.CreateTableAsStmt.query ? [node.CreateTableAsStmt.query] : []
  return 'ViewStmt' in node && node.ViewStmt.query ? [node.ViewStmt.query] : []
}

interface Join {
  fromClause?: Node[]
  whereClause?: Node
}

function joinOfUpdate({ relation, fromClause = [], whereClause }: UpdateStmt): Join {
  return joinWith(relation, fromClause, whereClause)
}

function joinOfDelete({ relation, usingClause = [], whereClause }: DeleteStmt): Join {
  return joinWith(relation, usingClause, whereClause)
}

function joinWith(target: RangeVar | undefined, others: Node[], whereClause: Node | undefined): Join {
  const fromClause = [...(target ? [{ RangeVar: target }] : []), ...others]
  return whereClause ? { fromClause, whereClause } : { fromClause }
}

/** Names of joined tables of which no equality compares the column. */
function looseIn(
  { fromClause = [], whereClause }: Join,
  isDistributed: (relation: RangeVar) => boolean,
  column: string,
): string[] {
  const joins: JoinExpr[] = []
  const tables = fromClause.flatMap((item) => tablesIn(item, joins)).filter(isDistributed)
  if (tables.length < 2) return []
  const compared = comparedIn([whereClause, joins.map(({ quals }) => quals)], column)
  const shared = joins.filter(
    ({ isNatural, usingClause }) => isNatural === true || stringsOf(usingClause).includes(column),
  )
  for (const { larg, rarg } of shared)
    for (const side of [larg, rarg])
      for (const table of side ? tablesIn(side, []) : []) compared.add(nameOf(table))
  return tables.map(nameOf).filter((name) => !compared.has(name))
}

/** The tables of an item of FROM at this level; its joins are added to `joins`. */
function tablesIn(item: Node, joins: JoinExpr[]): RangeVar[] {
  if ('RangeVar' in item) return [item.RangeVar]
  if (!('JoinExpr' in item)) return []
  joins.push(item.JoinExpr)
  const { larg, rarg } = item.JoinExpr
  return [larg, rarg].flatMap((side) => (side ? tablesIn(side, joins) : []))
}

function nameOf({ alias, relname = '' }: RangeVar): string {
  return alias?.aliasname ?? relname
}

/** Names of the tables whose column is a side of an equality. */
function comparedIn(conditions: unknown, column: string): Set<string> {
  const names = new Set<string>()
  for (const { kind, name, lexpr, rexpr } of inside(conditions, 'A_Expr')) {
    if (kind !== 'AEXPR_OP' || stringsOf(name).at(-1) !== '=') continue
    for (const side of [lexpr, rexpr]) {
      if (!side || !('ColumnRef' in side)) continue
      const parts = stringsOf(side.ColumnRef.fields)
      if (parts.at(-1) === column && parts.length > 1) names.add(parts.at(-2) ?? '')
    }
  }
  return names
}
