import type { Rule } from '../rule.ts'

export const BUILT_SQL: Rule = {
  code: 'M008',
  title: 'No SQL built at run time',
  *statement(statement) {
    if (!statement.isBuilt) return
    yield {
      at: statement,
      message: 'a DO block executes SQL that is built at run time: no rule can check it',
      advice: 'Write the statement out, or write above the DO block: -- lint:ignore M008: why',
    }
  },
}
