import { commandsOnOldTable } from '../commands.ts'
import type { Rule } from '../rule.ts'

export const VALIDATE_APART: Rule = {
  code: 'M032',
  title: 'A constraint is validated in a later file',
  *statement(statement, context) {
    const found = commandsOnOldTable(statement.node, context)
    const constraints = found && context.schema.tables.get(found.table)?.constraints
    for (const { subtype, name = '' } of found?.commands ?? []) {
      const isAdded =
        constraints?.get(name)?.file === context.file.name ||
        found?.commands.some(({ def }) => def && 'Constraint' in def && def.Constraint.conname === name)
      if (subtype !== 'AT_ValidateConstraint' || !isAdded) continue
      yield {
        at: statement,
        message: `constraint ${name} is added and validated in one transaction: its lock is held while PostgreSQL scans the table`,
        advice: 'Validate it in a separate file.',
      }
    }
  },
}
