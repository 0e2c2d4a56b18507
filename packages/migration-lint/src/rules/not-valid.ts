import type { AlterTableCmd } from 'libpg-query'
import { commandsOnOldTable } from '../commands.ts'
import type { Report, Rule } from '../rule.ts'
import { constraintsOf } from '../schema/columns.ts'
import type { Table } from '../schema/schema.ts'

type Problem = Omit<Report, 'at'>

export const NOT_VALID: Rule = {
  code: 'M031',
  title: 'A constraint on a table with rows is added NOT VALID',
  *statement(statement, context) {
    const found = commandsOnOldTable(statement.node, context)
    if (!found) return
    const table = context.schema.tables.get(found.table)
    for (const command of found.commands)
      for (const problem of problemsOf(command, found.table, table)) yield { at: statement, ...problem }
  },
}

function* problemsOf(
  { subtype, def, name = '' }: AlterTableCmd,
  table: string,
  before: Table | undefined,
): Iterable<Problem> {
  if (subtype === 'AT_SetNotNull' && !isKeptFromNull(before, name)) {
    yield {
      message: `${table}.${name} is set NOT NULL: other sessions wait while PostgreSQL scans the table`,
      advice: `First add: constraint … check (${name} is not null) not valid. Validate it in the next file, then set NOT NULL.`,
    }
  }
  if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def) {
    const { contype, skip_validation, conname = '' } = def.Constraint
    if (skip_validation || !CHECKED.includes(contype ?? '')) return
    yield {
      message: `constraint ${conname} of ${table} is checked at once: other sessions wait while PostgreSQL scans the table`,
      advice: 'Add it NOT VALID, and validate it in the next file.',
    }
  }
  if (subtype === 'AT_AddColumn' && def && 'ColumnDef' in def) {
    const kinds = constraintsOf(def.ColumnDef).map(({ contype }) => contype)
    const filled = kinds.some(
      (kind) => kind === 'CONSTR_DEFAULT' || kind === 'CONSTR_GENERATED' || kind === 'CONSTR_IDENTITY',
    )
    if (kinds.includes('CONSTR_NOTNULL') && !filled)
      yield {
        message: `column ${def.ColumnDef.colname} of ${table} is NOT NULL and has no default: this fails if the table has rows`,
        advice: 'Give it a constant default, or allow null.',
      }
    if (kinds.includes('CONSTR_CHECK') || (kinds.includes('CONSTR_FOREIGN') && filled))
      yield {
        message: `a constraint of column ${def.ColumnDef.colname} of ${table} is checked at once: other sessions wait while PostgreSQL scans the table`,
        advice: 'Write it as: add constraint … not valid. Validate it in the next file.',
      }
  }
}

const CHECKED: readonly string[] = ['CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_NOTNULL']

/** Whether a valid CHECK excludes null in the column: PostgreSQL then skips the scan. */
function isKeptFromNull(table: Table | undefined, column: string): boolean {
  return [...(table?.constraints.values() ?? [])].some(({ notNull, valid }) => notNull === column && valid)
}
