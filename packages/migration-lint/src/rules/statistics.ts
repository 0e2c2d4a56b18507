import type { Node } from 'libpg-query'
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
      if (table.temporary) continue
      yield* missing(table, context)
      yield* ofExpressions(table, context)
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

/** An expression of an index has statistics of its own, whatever the target of its columns is. */
function* ofExpressions(table: Table, context: Context): Iterable<Report> {
  const { settings, file } = context
  const { columns, grantedHere } = written(table, settings, file.name)
  for (const [name, index] of table.indexes) {
    for (const { position, columns: read } of index.expressions) {
      const found = [...columns].filter((column) => read.includes(column.name))
      const grant = found.map((column) => grantedHere.get(column)).find((each) => each !== undefined)
      const at = index.file === file.name ? index.statement : grant
      if (found.length === 0 || !at || hasNone(name, position, context)) continue
      yield {
        at,
        message: `the planner keeps statistics on an expression of index ${name} over user-written columns of ${table.name} (${found.map((column) => column.name).join(', ')}): EXPLAIN reveals row estimates to every caller`,
        advice: `Add, in the next file if the index is created concurrently: alter index ${table.name.split('.')[0]}.${name} alter column ${position} set statistics 0;`,
      }
    }
  }
}

/** Whether a statement up to this file sets no statistics; if the file has one statement, also in a later file. */
function hasNone(index: string, position: number, { file, files }: Context): boolean {
  const alone = file.up?.transaction === false
  return files
    .filter(({ name }) => alone || name <= file.name)
    .flatMap(({ up }) => up?.statements ?? [])
    .some(({ node }) => setsNone(node, index, position))
}

function setsNone(node: Node, index: string, position: number): boolean {
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.relation?.relname !== index) return false
  return (node.AlterTableStmt.cmds ?? []).some((each) => {
    if (!('AlterTableCmd' in each) || each.AlterTableCmd.subtype !== 'AT_SetStatistics') return false
    const { num, def } = each.AlterTableCmd
    return num === position && def !== undefined && 'Integer' in def && (def.Integer.ival ?? 0) === 0
  })
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
