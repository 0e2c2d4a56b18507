import { loadModule, type Node, parseSync } from 'libpg-query'
import type { CheckRow } from './grants.ts'
import type { PgType } from './pg-type.ts'

/** A CHECK on one column in a form that types, zod and JSDoc can express. */
export type Rule = {
  /** The constraint's name. */
  constraint: string
  /** False for NOT VALID: the rule applies to new rows, but existing rows may violate it. */
  validated: boolean
} & (
  | { kind: 'list'; values: readonly string[] }
  | { kind: 'least' | 'most'; value: string; exclusive: boolean }
  | { kind: 'shortest' | 'longest'; characters: number }
  | { kind: 'json'; shape: string }
)

type Finding =
  | { column: string; kind: 'list'; values: string[] }
  | { column: string; kind: 'least' | 'most'; value: string; exclusive: boolean }
  | { column: string; kind: 'shortest' | 'longest'; characters: number }
  | { column: string; kind: 'json'; shape: string }

export interface Checks {
  rules: { relation: number; column: string; rule: Rule }[]
  others: { relation: number; definition: string }[]
}

/**
 * Reads CHECK constraints with PostgreSQL's own parser. Constraints that are not rules are returned as SQL.
 *
 * @param typeOf type of a relation's column: a rule for text does not apply to an array that is compared as text
 */
export async function parseChecks(
  rows: readonly CheckRow[],
  typeOf: (relation: number, column: string) => Pick<PgType, 'builtin'> | undefined,
): Promise<Checks> {
  const checks: Checks = { rules: [], others: [] }
  if (rows.length === 0) return checks
  await loadModule()
  const { stmts = [] } = parseSync(rows.map((row) => `alter table t add ${row.definition};`).join('\n'))
  for (const [index, row] of rows.entries()) {
    const expression = checkExpression(stmts[index]?.stmt)
    if (expression === 'not enforced') continue
    const subject = (found: string) => (row.column !== undefined && found === 'value' ? row.column : found)
    const says = (part: Finding[]) =>
      part.every((each) => speaksOf(each, typeOf(row.relation, subject(each.column))))
    // Each part of a conjunction is a rule of its own.
    const parts = expression
      ? conjuncts(expression)
          .map(readPart)
          .map((part) => (part && says(part) ? part : undefined))
      : [undefined]
    for (const { column, ...finding } of parts.flatMap((part) => part ?? [])) {
      checks.rules.push({
        relation: row.relation,
        column: subject(column),
        rule: { constraint: row.name, validated: row.validated, ...finding },
      })
    }
    if (parts.includes(undefined)) checks.others.push({ relation: row.relation, definition: row.definition })
  }
  return checks
}

const TEXTS: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar'])
const NUMBERS: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'float4', 'float8', 'numeric'])
const JSONS: ReadonlySet<string> = new Set(['json', 'jsonb'])

/** Whether a rule constrains values of a type: a list of texts does not constrain a number that is compared as text. */
function speaksOf({ kind }: Finding, type: Pick<PgType, 'builtin'> | undefined): boolean {
  if (type?.builtin === undefined) return false
  switch (kind) {
    case 'least':
    case 'most':
      return NUMBERS.has(type.builtin)
    case 'json':
      return JSONS.has(type.builtin)
    default:
      return TEXTS.has(type.builtin)
  }
}

function checkExpression(statement: Node | undefined): Node | 'not enforced' | undefined {
  if (!statement || !('AlterTableStmt' in statement)) return undefined
  const command = statement.AlterTableStmt.cmds?.[0]
  if (!command || !('AlterTableCmd' in command)) return undefined
  const definition = command.AlterTableCmd.def
  if (!definition || !('Constraint' in definition)) return undefined
  return definition.Constraint.is_enforced ? definition.Constraint.raw_expr : 'not enforced'
}

function conjuncts(node: Node): Node[] {
  if (!('BoolExpr' in node) || node.BoolExpr.boolop !== 'AND_EXPR') return [node]
  return (node.BoolExpr.args ?? []).flatMap(conjuncts)
}

/** The rule of one part; undefined for an unknown form. */
function readPart(node: Node): Finding[] | undefined {
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'OR_EXPR') return readNullOr(node.BoolExpr.args ?? [])
  const finding = readComparison(node)
  return finding && [finding]
}

/** `x is null or rule(x)` is equivalent to `rule(x)`, because null satisfies a CHECK. */
function readNullOr(parts: readonly Node[]): Finding[] | undefined {
  const nulls = parts.flatMap((part) =>
    'NullTest' in part && part.NullTest.nulltesttype === 'IS_NULL' && part.NullTest.arg
      ? [columnOf(part.NullTest.arg)]
      : [],
  )
  const others = parts.filter((part) => !('NullTest' in part))
  if (nulls.length !== 1 || others.length !== 1 || !others[0]) return undefined
  const findings = conjuncts(others[0]).map(readPart)
  const whole = findings.every((part) => part?.every(({ column }) => column === nulls[0]))
  return whole ? findings.flatMap((part) => part ?? []) : undefined
}

function readComparison(node: Node): Finding | undefined {
  if (!('A_Expr' in node)) return undefined
  const { kind, name, lexpr, rexpr } = node.A_Expr
  const operator = stringOf(name?.[0])
  if (!lexpr || !rexpr || operator === undefined) return undefined
  if (kind === 'AEXPR_OP_ANY' && operator === '=') return readList(lexpr, rexpr)
  if (kind !== 'AEXPR_OP') return undefined
  const column = columnOf(lexpr)
  const value = constantOf(rexpr)
  if (value === undefined) return undefined
  if (column !== undefined) return readBound(column, operator, value, isText(rexpr))
  return readCall(lexpr, operator, value)
}

function readList(left: Node, right: Node): Finding | undefined {
  const column = columnOf(left)
  const array = 'TypeCast' in right && right.TypeCast.arg ? right.TypeCast.arg : right
  if (column === undefined || !('A_ArrayExpr' in array)) return undefined
  const elements = array.A_ArrayExpr.elements ?? []
  const values = elements.map(constantOf)
  return values.every((value) => value !== undefined) && elements.every(isText)
    ? { column, kind: 'list', values }
    : undefined
}

function readBound(column: string, operator: string, value: string, text: boolean): Finding | undefined {
  if (operator === '=' && text) return { column, kind: 'list', values: [value] }
  if (!/^-?\d+(\.\d+)?$/.test(value)) return undefined
  switch (operator) {
    case '>=':
    case '>':
      return { column, kind: 'least', value, exclusive: operator === '>' }
    case '<=':
    case '<':
      return { column, kind: 'most', value, exclusive: operator === '<' }
    default:
      return undefined
  }
}

/** `char_length(x) <= 5`, `jsonb_typeof(x) = 'array'`. */
function readCall(call: Node, operator: string, value: string): Finding | undefined {
  if (!('FuncCall' in call)) return undefined
  const [argument, ...more] = call.FuncCall.args ?? []
  // PostgreSQL prints the schema of every function that is not its own.
  if (call.FuncCall.funcname?.length !== 1) return undefined
  const column = argument && columnOf(argument)
  if (column === undefined || more.length > 0) return undefined
  switch (stringOf(call.FuncCall.funcname[0])) {
    case 'jsonb_typeof':
    case 'json_typeof':
      return operator === '=' ? { column, kind: 'json', shape: value } : undefined
    case 'char_length':
    case 'character_length':
    case 'length':
      return readLength(column, operator, Number(value))
    default:
      return undefined
  }
}

function readLength(column: string, operator: string, length: number): Finding | undefined {
  if (!Number.isSafeInteger(length)) return undefined
  switch (operator) {
    case '>=':
      return { column, kind: 'shortest', characters: length }
    case '>':
      return { column, kind: 'shortest', characters: length + 1 }
    case '<=':
      return { column, kind: 'longest', characters: length }
    case '<':
      return { column, kind: 'longest', characters: length - 1 }
    default:
      return undefined
  }
}

/** Types of casts that PostgreSQL adds for comparisons and that change no value. */
const WIDER: ReadonlySet<string> = new Set(['text', 'bpchar', 'numeric', 'float8'])

function columnOf(node: Node): string | undefined {
  if ('TypeCast' in node && node.TypeCast.arg) {
    const target = stringOf(node.TypeCast.typeName?.names?.at(-1))
    return target !== undefined && WIDER.has(target) ? columnOf(node.TypeCast.arg) : undefined
  }
  if (!('ColumnRef' in node) || node.ColumnRef.fields?.length !== 1) return undefined
  return stringOf(node.ColumnRef.fields[0])
}

/** The text of a constant. PostgreSQL prints negative numbers as `'-5'::integer`. */
function constantOf(node: Node): string | undefined {
  if ('TypeCast' in node && node.TypeCast.arg) return constantOf(node.TypeCast.arg)
  if (!('A_Const' in node)) return undefined
  const { ival, fval, sval } = node.A_Const
  if (ival) return String(ival.ival ?? 0)
  return fval?.fval ?? (sval && (sval.sval ?? ''))
}

function isText(node: Node): boolean {
  if ('A_Const' in node) return node.A_Const.sval !== undefined
  if (!('TypeCast' in node)) return false
  const type = stringOf(node.TypeCast.typeName?.names?.at(-1))
  return type === 'text' || type === 'varchar' || type === 'bpchar'
}

function stringOf(node: Node | undefined): string | undefined {
  return node && 'String' in node ? node.String.sval : undefined
}
