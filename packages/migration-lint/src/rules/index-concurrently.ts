import { relationName } from '../ast.ts'
import { commandsOnOldTable } from '../commands.ts'
import type { Rule } from '../rule.ts'
import { isNew } from '../schema/schema.ts'

const ADVICE = 'Create it CONCURRENTLY in a separate file, with the marker: -- migrate:up transaction:false'

export const INDEX_CONCURRENTLY: Rule = {
  code: 'M034',
  title: 'An index on a table with rows is created concurrently',
  *statement(statement, context) {
    const { node } = statement
    const { schema, file, settings } = context
    if ('IndexStmt' in node && node.IndexStmt.relation) {
      const { relation, concurrent, idxname = 'the index' } = node.IndexStmt
      const table = relationName(relation, settings.defaultSchema)
      if (concurrent && file.up?.transaction !== false)
        yield {
          at: statement,
          message: `${idxname} is created CONCURRENTLY in a transaction: PostgreSQL refuses that`,
          advice: ADVICE,
        }
      if (!concurrent && !isNew(schema, table, file.name))
        yield { at: statement, message: `creating ${idxname} blocks writes to ${table}`, advice: ADVICE }
    }
    const found = commandsOnOldTable(node, context)
    for (const { def } of found?.commands ?? []) {
      if (!def || !('Constraint' in def) || def.Constraint.indexname !== undefined) continue
      const { contype, conname = '' } = def.Constraint
      if (contype !== 'CONSTR_PRIMARY' && contype !== 'CONSTR_UNIQUE' && contype !== 'CONSTR_EXCLUSION')
        continue
      yield {
        at: statement,
        message: `creating the index of constraint ${conname} blocks reads and writes of ${found?.table}`,
        advice: `${ADVICE}. In the next file: add constraint … using index`,
      }
    }
  },
}
