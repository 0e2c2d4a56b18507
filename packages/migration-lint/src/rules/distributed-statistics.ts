import { commandsOnOldTable } from '../commands.ts'
import type { Rule } from '../rule.ts'

export const DISTRIBUTED_STATISTICS: Rule = {
  code: 'M042',
  title: 'Citus: no SET STATISTICS on a table that is distributed',
  *statement(statement, context) {
    const found = commandsOnOldTable(statement.node, context)
    if (context.settings.distributedBy === undefined || !found) return
    if (!found.commands.some(({ subtype }) => subtype === 'AT_SetStatistics')) return
    yield {
      at: statement,
      message: `${found.table} gets SET STATISTICS: Citus refuses it on a distributed table`,
      advice: 'Set it in the migration that creates the table, before "make distribute".',
    }
  },
}
