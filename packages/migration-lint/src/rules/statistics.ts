import { columnsIn, relationName } from '../ast.ts'
import type { Context, Report, Rule } from '../rule.ts'
import type { Column, Table } from '../schema/schema.ts'
import type { Settings } from '../settings.ts'

export const STATISTICS: Rule = {
  code: 'M035',
  title: 'No statistics on user-written columns',
  *statement(statement, { schema, settings, file }) {
    const { node } = statement
    if (!('CreateStatsStmt' in node)) return
    const { relations: [relation] = [], exprs = [] } = node.CreateStatsStmt
    if (!relation || !('RangeVar' in relation)) return
    const table = schema.tables.get(relationName(relation.RangeVar, settings.defaultSchema))
    const names = exprs.flatMap((each) =>
      'StatsElem' in each ? [each.StatsElem.name, ...columnsIn(each.StatsElem.expr)] : [],
    )
    const found = [...(table ? written(table, settings, file.name).columns : [])].filter(({ name }) =>
      names.includes(name),
    )
    if (table && found.length > 0)
      yield {
        at: statement,
        message: `extended statistics of ${table.name} sample user-written columns (${found.map(({ name }) => name).join(', ')}): EXPLAIN reveals row estimates to every caller`,
        advice: 'Leave these columns out.',
      }
  },
  *after(context) {
    const { schema, settings, file } = context
    for (const table of schema.tables.values()) {
      // A distributed table refuses SET STATISTICS (M042): what distributes the table sets it on every node.
      if (settings.distributedBy !== undefined && table.file !== file.name) continue
      if (!table.temporary) yield* missing(table, context)
    }
  },
}

function* missing(table: Table, { settings, file }: Context): Iterable<Report> {
  const { columns, grantedHere } = written(table, settings, file.name)
  const found = [...columns].filter(
    (column) => column.statistics !== 0 && (grantedHere.has(column) || column.file === file.name),
  )
  const [first] = found
  if (!first) return
  const list = found.map(({ name }) => name).join(', ')
  yield {
    at: first.file === file.name ? first.statement : (grantedHere.get(first) ?? first.statement),
    message: `the planner keeps statistics on user-written columns of ${table.name} (${list}): EXPLAIN reveals row estimates to every caller`,
    advice: `Add: alter table ${table.name} ${found.map(({ name }) => `alter column ${name} set statistics 0`).join(', ')};`,
  }
}

/** Columns that users may write, and columns computed from them, except columns of keys. */
function written(table: Table, { users, sampled }: Settings, file: string) {
  const columns = new Set<Column>()
  const grantedHere = new Map<Column, Table['statement']>()
  const exempt = new Set([...sampled, ...[...table.keys, ...table.foreignKeys].flatMap((key) => key.columns)])
  for (const role of users) {
    for (const command of ['insert', 'update'] as const) {
      const grant = table.grants.get(role)?.get(command)
      if (!grant) continue
      for (const column of table.columns.values()) {
        const writes = (name: string) => grant.columns === undefined || grant.columns.has(name)
        const isWritten =
          column.computedFrom.length > 0 ? column.computedFrom.some(writes) : writes(column.name)
        if (exempt.has(column.name) || !isWritten) continue
        columns.add(column)
        if (grant.file === file) grantedHere.set(column, grant.statement)
      }
    }
  }
  return { columns, grantedHere }
}
