import { loadModule, type Node, parseSync } from 'libpg-query'

/** A check in words, such as `path begins with owner_id and “/”`; undefined if this file has no words for it. */
export async function checkInWords(definition: string): Promise<string | undefined> {
  await loadModule()
  const { stmts = [] } = parseSync(`alter table t add ${definition}`)
  const statement = stmts[0]?.stmt
  const command = statement && 'AlterTableStmt' in statement ? statement.AlterTableStmt.cmds?.[0] : undefined
  const constraint = command && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined
  if (!constraint || !('Constraint' in constraint)) return undefined
  return conditionInWords(constraint.Constraint.raw_expr)
}

const COMPARED: Readonly<Record<string, string>> = {
  '=': 'equals',
  '<>': 'differs from',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
}

function conditionInWords(node: Node | undefined): string | undefined {
  if (!node) return undefined
  if ('FuncCall' in node && nameOf(node.FuncCall.funcname) === 'starts_with') {
    const [text, beginning] = (node.FuncCall.args ?? []).map(valueInWords)
    return text && beginning ? `${text} begins with ${beginning}` : undefined
  }
  if ('A_Expr' in node && node.A_Expr.kind === 'AEXPR_OP') {
    const verb = COMPARED[nameOf(node.A_Expr.name) ?? '']
    const [left, right] = [valueInWords(node.A_Expr.lexpr), valueInWords(node.A_Expr.rexpr)]
    return verb && left && right ? `${left} ${verb} ${right}` : undefined
  }
  return undefined
}

/** A column, a constant, or several that are joined to one text. */
function valueInWords(node: Node | undefined): string | undefined {
  if (!node) return undefined
  if ('TypeCast' in node) return valueInWords(node.TypeCast.arg)
  if ('ColumnRef' in node) return nameOf(node.ColumnRef.fields)
  if ('A_Const' in node) {
    const { sval, ival, fval } = node.A_Const
    if (sval) return `“${sval.sval ?? ''}”`
    return ival ? String(ival.ival ?? 0) : fval?.fval
  }
  if ('A_Expr' in node && nameOf(node.A_Expr.name) === '||') {
    const parts = [valueInWords(node.A_Expr.lexpr), valueInWords(node.A_Expr.rexpr)]
    return parts.includes(undefined) ? undefined : parts.join(' and ')
  }
  return undefined
}

/** The last part of a qualified name. */
function nameOf(parts: readonly Node[] | undefined): string | undefined {
  const last = parts?.at(-1)
  return last && 'String' in last ? last.String.sval : undefined
}
