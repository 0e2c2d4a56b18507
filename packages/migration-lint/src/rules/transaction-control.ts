import type { Node, TransactionStmtKind } from 'libpg-query'
import { constantText, inside, stringsOf } from '../ast.ts'
import type { Rule } from '../rule.ts'

const HARMLESS: readonly (TransactionStmtKind | undefined)[] = [
  'TRANS_STMT_SAVEPOINT',
  'TRANS_STMT_RELEASE',
  'TRANS_STMT_ROLLBACK_TO',
]
const IDENTITY: readonly (string | undefined)[] = ['role', 'session_authorization']

export const TRANSACTION_CONTROL: Rule = {
  code: 'M005',
  title: 'No transaction control and no role change',
  *file({ file }) {
    for (const statement of file.sections.flatMap(({ statements }) => statements)) {
      if (endsTransaction(statement.node))
        yield {
          at: statement,
          message:
            'the migration begins or ends a transaction: if a later statement fails, the earlier ones are not rolled back',
          advice: 'Remove it: a file is one transaction.',
        }
      if (changesRole(statement.node))
        yield {
          at: statement,
          message: 'the migration changes its role: later objects get another owner, or cannot be created',
          advice: 'Remove it: migrations run as the owner.',
        }
    }
  },
}

function endsTransaction(node: Node): boolean {
  return 'TransactionStmt' in node && !HARMLESS.includes(node.TransactionStmt.kind)
}

function changesRole(node: Node): boolean {
  if ('VariableSetStmt' in node)
    return node.VariableSetStmt.kind === 'VAR_RESET_ALL' || IDENTITY.includes(node.VariableSetStmt.name)
  if ('DiscardStmt' in node) return node.DiscardStmt.target === 'DISCARD_ALL'
  return QUERIES.some((kind) => kind in node) && callsSetConfig(node)
}

const QUERIES = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CreateTableAsStmt']

/** `select set_config('role', …)` */
function callsSetConfig(tree: Node): boolean {
  for (const { funcname, args: [first] = [] } of inside(tree, 'FuncCall')) {
    if (stringsOf(funcname).at(-1) !== 'set_config' || !first || !('A_Const' in first)) continue
    if (IDENTITY.includes(constantText(first.A_Const))) return true
  }
  return false
}
