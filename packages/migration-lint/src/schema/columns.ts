import type { ColumnDef, Constraint, ConstrType, Node } from 'libpg-query'
import { columnsIn, stringsOf, typeText } from '../ast.ts'
import type { Statement } from '../parse/statement.ts'
import type { Table } from './schema.ts'

/** The origin of a change. */
export interface Origin {
  file: string
  statement: Statement
}

/** The constraints of a column definition. */
export function constraintsOf({ constraints = [] }: ColumnDef): Constraint[] {
  return constraints.flatMap((each) => ('Constraint' in each ? [each.Constraint] : []))
}

export function addColumn(table: Table, definition: ColumnDef, origin: Origin): void {
  const { colname: name = '', typeName } = definition
  const constraints = constraintsOf(definition)
  const generated = constraints.find(({ contype }) => contype === 'CONSTR_GENERATED')
  table.columns.set(name, {
    name,
    type: typeName ? typeText(typeName) : '',
    computedFrom: columnsIn(generated?.raw_expr),
    statistics: undefined,
    ...origin,
  })
  for (const constraint of constraints) addConstraint(table, constraint, origin, name)
}

/** @param column the column, for a column constraint */
export function addConstraint(table: Table, constraint: Constraint, origin: Origin, column?: string): void {
  const { contype, conname } = constraint
  const own = column === undefined ? [] : [column]
  if (contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE') {
    const using = constraint.indexname === undefined ? undefined : table.indexes.get(constraint.indexname)
    const columns = using?.columns ?? (constraint.keys ? stringsOf(constraint.keys) : own)
    const name = conname ?? constraint.indexname ?? defaultName(table, contype, columns)
    table.keys.push({ name, columns })
  }
  if (contype === 'CONSTR_FOREIGN') {
    const columns = constraint.fk_attrs ? stringsOf(constraint.fk_attrs) : own
    const name = conname ?? defaultName(table, contype, columns)
    table.foreignKeys.push({ name, columns, ...origin })
  }
  if (contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN' || contype === 'CONSTR_NOTNULL') {
    const notNull =
      contype === 'CONSTR_NOTNULL'
        ? (stringsOf(constraint.keys)[0] ?? column)
        : notNullColumn(constraint.raw_expr)
    table.constraints.set(conname ?? `(${table.constraints.size})`, {
      file: origin.file,
      valid: constraint.skip_validation !== true,
      notNull,
    })
  }
}

/** The name that PostgreSQL gives: `notes_pkey`, `notes_owner_id_title_key`, `notes_owner_id_fkey`. */
function defaultName(table: Table, contype: ConstrType, columns: readonly string[]): string {
  const relation = table.name.split('.').at(-1) ?? ''
  if (contype === 'CONSTR_PRIMARY') return `${relation}_pkey`
  return [relation, ...columns, contype === 'CONSTR_UNIQUE' ? 'key' : 'fkey'].join('_')
}

/** The column of `column is not null`, alone or as a part of an AND. */
function notNullColumn(expression: Node | undefined): string | undefined {
  if (!expression) return undefined
  if ('BoolExpr' in expression && expression.BoolExpr.boolop === 'AND_EXPR') {
    return expression.BoolExpr.args?.map(notNullColumn).find((each) => each !== undefined)
  }
  if (!('NullTest' in expression) || expression.NullTest.nulltesttype !== 'IS_NOT_NULL') return undefined
  return columnsIn(expression.NullTest.arg)[0]
}
