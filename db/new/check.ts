import { parseSync } from 'libpg-query'
import { usageError } from 'postgres-kit/failure.ts'
import { type ConstraintFacts, readSchema, type TableFacts } from '../facts/schema.ts'
import type { Draft } from './draft.ts'
import { expressionOf } from './expression.ts'
import { fromTemplate } from './template.ts'

/** Replaces a CHECK (another list of values, other bounds) without blocking other sessions. Takes two migrations. */
export async function newCheck(tableName: string, part: string): Promise<Draft> {
  const schema = await readSchema()
  const table = schema.find(({ name }) => name === tableName)
  if (!table)
    throw usageError(
      `db/schema.sql has no table ${tableName}. It has: ${schema.map(({ name }) => name).join(', ')}`,
    )
  const constraint = findCheck(table, part)
  const expression = expressionOf(table, constraint)
  const words = { example_sample_check: constraint.name, example: tableName }
  return {
    migrations: [
      { text: fromTemplate('check', { ...words, new_expression: expression, old_expression: expression }) },
      { suffix: '_validate', text: fromTemplate('validate', words) },
    ],
  }
}

function findCheck({ name, columns, constraints }: TableFacts, part: string): ConstraintFacts {
  const checks = constraints.filter(({ kind }) => kind === 'check')
  const named = checks.find((check) => check.name === part)
  if (named) return named
  if (!columns.some((column) => column.name === part))
    throw usageError(
      `${name} has no column and no CHECK ${part}. It has: ${columns.map((each) => each.name).join(', ')}`,
    )
  const [first, ...more] = checks.filter((check) => mentions(check.definition, part))
  if (!first) throw usageError(`${name}.${part} has no CHECK. To add one: make new name=… EMPTY=1`)
  if (more.length > 0)
    throw usageError(
      `${name}.${part} has several CHECKs. Give one of them: ${[first, ...more].map((check) => `CHECK=${name}.${check.name}`).join(', ')}`,
    )
  return first
}

function mentions(definition: string, column: string): boolean {
  const tree = JSON.stringify(parseSync(`alter table t add ${definition}`))
  return tree.includes(`"ColumnRef":{"fields":[{"String":{"sval":${JSON.stringify(column)}}}]`)
}
