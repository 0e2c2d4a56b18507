import { typeText } from '../ast.ts'
import { commandsOnOldTable } from '../commands.ts'
import type { Rule } from '../rule.ts'

export const TYPE_CHANGE: Rule = {
  code: 'M033',
  title: 'No type change that rewrites the table',
  *statement(statement, context) {
    const found = commandsOnOldTable(statement.node, context)
    const columns = found && context.schema.tables.get(found.table)?.columns
    for (const { subtype, name = '', def } of found?.commands ?? []) {
      if (subtype !== 'AT_AlterColumnType' || !def || !('ColumnDef' in def) || !def.ColumnDef.typeName)
        continue
      const [from, to] = [columns?.get(name)?.type, typeText(def.ColumnDef.typeName)]
      if (from !== undefined && !def.ColumnDef.raw_default && keepsRows(from, to)) continue
      yield {
        at: statement,
        message: `${found?.table}.${name} becomes ${to}: other sessions wait while PostgreSQL rewrites the table`,
        advice: 'Add a column of the new type, fill it, and drop the old one in a later file.',
      }
    }
  },
}

/** Whether PostgreSQL changes the type without reading rows: text without a limit, or a larger limit. */
function keepsRows(from: string, to: string): boolean {
  const [old, now] = [parts(from), parts(to)]
  const isText = (name: string) => name === 'text' || name === 'varchar'
  if (isText(old.name) && isText(now.name))
    return now.limits.length === 0 || (old.limits.length > 0 && atLeast(now.limits[0], old.limits[0]))
  if (old.name !== now.name || old.name !== 'numeric') return from === to
  if (now.limits.length === 0) return true
  return (
    old.limits.length > 0 &&
    atLeast(now.limits[0], old.limits[0]) &&
    (now.limits[1] ?? 0) === (old.limits[1] ?? 0)
  )
}

function parts(type: string): { name: string; limits: number[] } {
  const [name = '', rest] = type.split('(')
  return { name, limits: rest === undefined ? [] : rest.split(/[,)]/).filter(Boolean).map(Number) }
}

function atLeast(a = 0, b = 0): boolean {
  return a >= b
}
