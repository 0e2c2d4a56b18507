import { identifier, isOnePerAccount, qualified, rowCondition } from '../facts/row.ts'
import type { ColumnFacts, ConstraintFacts, TableFacts } from '../facts/schema.ts'
import { refusedValues } from '../facts/values.ts'
import { literal } from './sql-text.ts'

/** SQL of the account in tests/schema/helpers.sql. */
export const ACCOUNT = 'pg_temp.account()'

/** A statement about the table's row that must fail. */
export interface Breach {
  statement: string
  /** The result of pg_temp.violated(): SQLSTATE, and the constraint or column. */
  answer: string
  says: string
}

/** Every statement that violates a rule in the table's definition. */
export function breaches(table: TableFacts): Breach[] {
  return [
    ...table.columns.flatMap((column) => [...outOfRange(table, column), ...missing(table, column)]),
    ...table.columns.filter(({ generated }) => generated).flatMap((column) => written(table, column)),
    ...table.constraints.flatMap((constraint) => [
      ...twice(table, constraint),
      ...dangling(table, constraint),
    ]),
  ]
}

function outOfRange(table: TableFacts, column: ColumnFacts): Breach[] {
  return refusedValues(column).map(({ value, code, constraint }) => ({
    statement: update(table, column, sqlOf(value)),
    answer: constraint === undefined ? code : `${code} ${constraint}`,
    says: `${column.name} cannot be ${shown(value)}`,
  }))
}

function missing(table: TableFacts, column: ColumnFacts): Breach[] {
  if (!column.notNull || column.hasDefault || column.generated) return []
  return [
    {
      statement: update(table, column, 'null'),
      answer: `23502 ${column.name}`,
      says: `${column.name} cannot be null`,
    },
  ]
}

function written(table: TableFacts, column: ColumnFacts): Breach[] {
  return [
    {
      statement: update(table, column, 'null'),
      answer: '428C9',
      says: `nobody writes ${column.name}`,
    },
    {
      statement: `insert into ${qualified(table)} select * from ${qualified(table)} where ${rowCondition(table, ACCOUNT)}`,
      answer: '428C9',
      says: `nobody copies ${column.name}`,
    },
  ]
}

/** Inserts a copy of the row. Its id is new, unless the tested key contains the id. */
function twice(table: TableFacts, { kind, name, columns }: ConstraintFacts): Breach[] {
  if (kind !== 'primary' && kind !== 'unique') return []
  const copied = table.columns.filter(({ generated }) => !generated)
  const values = copied.map((column) =>
    column.name === 'id' && !columns.includes('id') ? 'gen_random_uuid()' : identifier(column.name),
  )
  const list = copied.map((column) => identifier(column.name)).join(', ')
  return [
    {
      statement: `insert into ${qualified(table)} (${list}) select ${values.join(', ')} from ${qualified(table)} where ${rowCondition(table, ACCOUNT)}`,
      answer: `23505 ${name}`,
      says: isOnePerAccount(table)
        ? 'an account has one row'
        : `no two rows share their ${columns.join(', ')}`,
    },
  ]
}

function dangling(table: TableFacts, { kind, name, columns, references }: ConstraintFacts): Breach[] {
  if (kind !== 'foreign' || !references) return []
  return table.columns
    .filter((column) => columns.includes(column.name) && column.type === 'uuid')
    .filter((column) => !isShared(table, column) || columns.length === 1)
    .map((column) => ({
      statement: update(table, column, 'gen_random_uuid()'),
      answer: `23503 ${name}`,
      says: `${column.name} refers to ${references.table}`,
    }))
}

/** Whether several foreign keys contain the column, so that any of them may raise the error. */
function isShared(table: TableFacts, { name }: ColumnFacts): boolean {
  return (
    table.constraints.filter(({ kind, columns }) => kind === 'foreign' && columns.includes(name)).length > 1
  )
}

function update(table: TableFacts, { name }: ColumnFacts, value: string): string {
  return `update ${qualified(table)} set ${identifier(name)} = ${value} where ${rowCondition(table, ACCOUNT)}`
}

const LONG = 30

function sqlOf(value: string): string {
  const [first = '', ...rest] = value
  const repeated = value.length >= LONG && rest.every((each) => each === first)
  return repeated ? `repeat(${literal(first)}, ${rest.length + 1})` : literal(value)
}

function shown(value: string): string {
  if (value === '') return 'empty'
  return value.length >= LONG ? `${[...value].length.toLocaleString('en')} characters long` : value
}
