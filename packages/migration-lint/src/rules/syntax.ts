import type { Rule } from '../rule.ts'

export const SYNTAX: Rule = {
  code: 'M000',
  title: 'The SQL parses',
  *file({ file }) {
    for (const { error, direction } of file.sections) {
      if (!error) continue
      yield {
        at: error.line,
        message: `migrate:${direction} does not parse: ${error.message}`,
        advice: 'Correct the SQL.',
      }
    }
  },
}
