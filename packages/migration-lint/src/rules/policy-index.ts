import { columnsIn } from '../ast.ts'
import type { Rule } from '../rule.ts'
import { dropOf, leadingColumns } from '../schema/indexes.ts'

export const POLICY_INDEX: Rule = {
  code: 'M022',
  title: 'An index begins with a column of each policy',
  *after({ schema, file }) {
    for (const table of schema.tables.values()) {
      const leading = leadingColumns(table)
      for (const [name, { using, file: made, statement, roles }] of table.policies) {
        const columns = columnsIn(using).filter((column) => table.columns.has(column))
        const covers = ([first = '']: readonly string[]) => columns.includes(first)
        const at = made === file.name ? statement : dropOf(table, file.name, covers)
        if (!at || roles.length === 0 || columns.length === 0) continue
        if (columns.some((column) => leading.has(column))) continue
        yield {
          at,
          message: `no index of ${table.name} begins with a column of policy ${name} (${columns.join(', ')}): every query reads every row`,
          advice: 'Create an index, or a primary key, that begins with the column that the policy compares.',
        }
      }
    }
  },
}
