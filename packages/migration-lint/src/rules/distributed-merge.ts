import { inside, qualified, relationName } from '../ast.ts'
import { statementsIn } from '../parse/body.ts'
import type { Rule } from '../rule.ts'
import { optionsSet } from '../schema/functions.ts'

export const DISTRIBUTED_MERGE: Rule = {
  code: 'M044',
  title: 'Citus: no MERGE in a function that runs as its caller',
  *statement(statement, { settings, schema }) {
    const { distributedBy, defaultSchema } = settings
    if (distributedBy === undefined || !('CreateFunctionStmt' in statement.node)) return
    const made = statement.node.CreateFunctionStmt
    if (optionsSet(made.options).definer) return
    for (const { relation } of inside(statementsIn(made), 'MergeStmt')) {
      const table = relation ? relationName(relation, defaultSchema) : ''
      if (!schema.tables.get(table)?.columns.has(distributedBy)) continue
      yield {
        at: statement,
        message: `${qualified(made.funcname, defaultSchema)} merges into ${table}: Citus refuses MERGE under row level security`,
        advice: 'Write insert … on conflict do update.',
      }
    }
  },
}
