import type { Rule } from '../rule.ts'

export const ONE_STATEMENT: Rule = {
  code: 'M007',
  title: 'One statement in a section without a transaction',
  *file({ file }) {
    for (const { transaction, sent, line, direction } of file.sections) {
      if (transaction || sent.length <= 1) continue
      yield {
        at: line,
        message: `migrate:${direction} has ${sent.length} statements and no transaction: a failure in the middle leaves half of them`,
        advice: 'Write one file for each statement, or remove "transaction:false".',
      }
    }
  },
}
