import { type CreateFunctionStmt, type Node, parsePlPgSQLSync } from 'libpg-query'
import { stringsOf } from '../ast.ts'
import { constant, nodesOf, parsed } from './expression.ts'

/**
 * The statements and expressions of a function in SQL or PL/pgSQL, as far as they are written out. Another language, and what
 * is put together at run time, has none.
 */
export function statementsIn(node: CreateFunctionStmt): Node[] {
  if (node.sql_body) return [node.sql_body]
  const language = optionOf(node, 'language')
  const [text = ''] = bodyOf(node)
  if (language === 'sql') return parsed(text)
  return language === 'plpgsql' ? queriesOf(node, text).flatMap(withConstant) : []
}

function bodyOf({ options = [] }: CreateFunctionStmt): string[] {
  return options.flatMap((option) => {
    if (!('DefElem' in option) || option.DefElem.defname !== 'as') return []
    const { arg } = option.DefElem
    return arg && 'List' in arg ? stringsOf(arg.List.items) : []
  })
}

function optionOf({ options = [] }: CreateFunctionStmt, name: string): string | undefined {
  for (const option of options)
    if ('DefElem' in option && option.DefElem.defname === name) {
      const { arg } = option.DefElem
      return arg && 'String' in arg ? arg.String.sval : undefined
    }
  return undefined
}

/** The parser reads what a function returns and the names of its parameters, not their types. */
const RETURNS = ['setof record', 'trigger', 'text', 'void', 'setof text']

function queriesOf({ parameters = [] }: CreateFunctionStmt, body: string): string[] {
  const named = parameters.flatMap((each) => {
    if (!('FunctionParameter' in each) || !each.FunctionParameter.name) return []
    const { name, mode } = each.FunctionParameter
    return [
      {
        name: `"${name.replaceAll('"', '""')}" text`,
        isColumn: mode === 'FUNC_PARAM_TABLE' || mode === 'FUNC_PARAM_OUT',
      },
    ]
  })
  const all = named.map(({ name }) => name)
  const arguments_ = named.flatMap(({ name, isColumn }) => (isColumn ? [] : [name]))
  const columns = named.flatMap(({ name, isColumn }) => (isColumn ? [name] : []))
  const forms = [
    ...RETURNS.map((returns) => ({ list: all, returns })),
    // RETURN NEXT without a value returns the output columns.
    ...(columns.length > 0 ? [{ list: arguments_, returns: `table (${columns.join(', ')})` }] : []),
  ]
  for (const { list, returns } of forms) {
    try {
      const tree: unknown = parsePlPgSQLSync(
        `create function f(${list.join(', ')}) returns ${returns} language plpgsql as '${body.replaceAll("'", "''")}'`,
      )
      return [...expressionsIn(tree)]
    } catch {
      // RETURN has another form for each.
    }
  }
  return []
}

function* expressionsIn(tree: unknown): Iterable<string> {
  if (typeof tree !== 'object' || tree === null) return
  for (const [key, value] of Object.entries(tree)) {
    const query: unknown = key === 'PLpgSQL_expr' ? Reflect.get(value, 'query') : undefined
    if (typeof query === 'string') yield query
    else yield* expressionsIn(value)
  }
}

/** A constant text may be a statement for EXECUTE. */
function withConstant(query: string): Node[] {
  return [...nodesOf(query), ...parsed(constant(query) ?? '')]
}
