import type { AlterFunctionStmt, CreateFunctionStmt, Node, ObjectWithArgs } from 'libpg-query'
import { constantText, qualified, typeText } from '../ast.ts'
import type { Origin } from './columns.ts'
import type { DatabaseFunction, Schema } from './schema.ts'

export function createFunction(
  schema: Schema,
  node: CreateFunctionStmt,
  defaultSchema: string,
  origin: Origin,
): void {
  const types = (node.parameters ?? []).flatMap((each) => {
    if (!('FunctionParameter' in each)) return []
    const { mode, argType } = each.FunctionParameter
    return mode === 'FUNC_PARAM_OUT' || mode === 'FUNC_PARAM_TABLE' || !argType ? [] : [typeText(argType)]
  })
  const name = `${qualified(node.funcname, defaultSchema)}(${types.join(',')})`
  // CREATE OR REPLACE keeps the privileges.
  const isPublic = schema.functions.get(name)?.isPublic ?? true
  const made = { name, definer: false, searchPath: undefined, isPublic, ...origin }
  schema.functions.set(name, { ...made, ...optionsSet(node.options) })
}

export function alterFunction(
  schema: Schema,
  node: AlterFunctionStmt,
  defaultSchema: string,
  origin: Origin,
): void {
  for (const each of node.func ? functionsNamed(schema, node.func, defaultSchema) : [])
    schema.functions.set(each.name, { ...each, ...optionsSet(node.actions), ...origin })
}

/** The functions that `name(types)`, or `name` without arguments, refers to. */
export function functionsNamed(
  schema: Schema,
  { objname, objargs = [], args_unspecified }: ObjectWithArgs,
  defaultSchema: string,
): DatabaseFunction[] {
  const name = qualified(objname, defaultSchema)
  const types = objargs.flatMap((each) => ('TypeName' in each ? [typeText(each.TypeName)] : []))
  return [...schema.functions.values()].filter((each) =>
    args_unspecified ? each.name.startsWith(`${name}(`) : each.name === `${name}(${types.join(',')})`,
  )
}

/** The properties that these options of CREATE or ALTER FUNCTION set. */
export function optionsSet(options: readonly Node[] = []): Partial<DatabaseFunction> {
  const change: Partial<DatabaseFunction> = {}
  for (const option of options) {
    if (!('DefElem' in option)) continue
    const { defname, arg } = option.DefElem
    if (defname === 'security' && arg && 'Boolean' in arg) change.definer = arg.Boolean.boolval === true
    if (defname !== 'set' || !arg || !('VariableSetStmt' in arg)) continue
    const { kind, name, args = [] } = arg.VariableSetStmt
    if (kind === 'VAR_RESET_ALL') change.searchPath = undefined
    if (name === 'search_path')
      change.searchPath = args.map((each) => ('A_Const' in each ? constantText(each.A_Const) : '?'))
  }
  return change
}

/** Removes the functions of a DROP. */
export function dropFunctions(schema: Schema, objects: readonly Node[], defaultSchema: string): void {
  for (const object of objects) {
    if (!('ObjectWithArgs' in object)) continue
    for (const { name } of functionsNamed(schema, object.ObjectWithArgs, defaultSchema))
      schema.functions.delete(name)
  }
}
