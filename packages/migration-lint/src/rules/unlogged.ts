import type { Node, RangeVar } from 'libpg-query'
import type { Rule } from '../rule.ts'

export const UNLOGGED: Rule = {
  code: 'M013',
  title: 'No unlogged table',
  *statement(statement) {
    if (!isUnlogged(statement.node)) return
    yield {
      at: statement,
      message: 'the table is unlogged: it is empty after a crash and on replicas',
      advice: 'Make it an ordinary table.',
    }
  },
}

function isUnlogged(node: Node): boolean {
  if ('AlterTableStmt' in node)
    return (node.AlterTableStmt.cmds ?? []).some(
      (each) => 'AlterTableCmd' in each && each.AlterTableCmd.subtype === 'AT_SetUnLogged',
    )
  return made(node)?.relpersistence === 'u'
}

function made(node: Node): RangeVar | undefined {
  if ('CreateStmt' in node) return node.CreateStmt.relation
  if ('CreateTableAsStmt' in node) return node.CreateTableAsStmt.into?.rel
  if ('CreateSeqStmt' in node) return node.CreateSeqStmt.sequence
  return 'SelectStmt' in node ? node.SelectStmt.intoClause?.rel : undefined
}
