import type { Rule } from '../rule.ts'
import { addedColumns } from '../schema/added.ts'
import { constraintsOf } from '../schema/columns.ts'

export const DISTRIBUTED_IDENTITY: Rule = {
  code: 'M040',
  title: 'Citus: no identity column',
  *statement(statement, { settings }) {
    if (settings.distributedBy === undefined) return
    for (const column of addedColumns(statement.node)) {
      if (!constraintsOf(column).some(({ contype }) => contype === 'CONSTR_IDENTITY')) continue
      yield {
        at: statement,
        message: `${column.colname} is an identity column: a distributed table cannot have one`,
        advice: 'Use a uuid with the default gen_random_uuid().',
      }
    }
  },
}
