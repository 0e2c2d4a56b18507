import { relationName } from '../ast.ts'
import type { Rule } from '../rule.ts'
import { isNew } from '../schema/schema.ts'

export const ROW_SECURITY: Rule = {
  code: 'M010',
  title: 'Row level security in the same file as the table',
  *statement(statement, { schema, file, settings: { defaultSchema } }) {
    if (!('AlterTableStmt' in statement.node)) return
    const { relation, cmds = [] } = statement.node.AlterTableStmt
    const disables = cmds.some(
      (each) => 'AlterTableCmd' in each && each.AlterTableCmd.subtype === 'AT_DisableRowSecurity',
    )
    if (!relation || !disables) return
    const name = relationName(relation, defaultSchema)
    // A new table is checked in the schema after the migration.
    if (isNew(schema, name, file.name)) return
    yield {
      at: statement,
      message: `row level security of ${name} is disabled: every role with a grant sees every row`,
      advice: 'Leave it on, and change the policies.',
    }
  },
  *after({ schema, file }) {
    for (const { name, file: made, statement, temporary, rowSecurity } of schema.tables.values()) {
      if (made !== file.name || temporary || rowSecurity) continue
      yield {
        at: statement,
        message: `table ${name} is created without row level security`,
        advice: `Add: alter table ${name} enable row level security;`,
      }
    }
  },
}
