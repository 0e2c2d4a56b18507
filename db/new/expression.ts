import { parseSync } from 'libpg-query'
import pg from 'pg'
import type { ConstraintFacts, TableFacts } from '../facts/schema.ts'

const DEFINITION = /^CHECK \((.*)\)$/s

/** The expression of a CHECK in a short form if it has one of the usual forms; otherwise as PostgreSQL prints it. */
export function expressionOf(table: TableFacts, { name, definition, other }: ConstraintFacts): string {
  const printed = DEFINITION.exec(definition)?.[1] ?? definition
  const rules = table.columns.flatMap((column) =>
    column.rules
      .filter(({ constraint }) => constraint === name)
      .map((rule) => ({ column: column.name, rule })),
  )
  // `x is null or …` is equivalent to `…`, but is a different constraint to PostgreSQL.
  const nulls = JSON.stringify(parseSync(`select ${printed}`)).includes('"NullTest"')
  if (other || nulls || rules.length === 0) return printed
  const [first, second, ...more] = rules.map(({ column, rule }) => part(column, rule))
  if (
    first &&
    second &&
    more.length === 0 &&
    first.left === second.left &&
    first.operator === '>=' &&
    second.operator === '<='
  )
    return `${first.left} between ${first.right} and ${second.right}`
  return rules
    .map(({ column, rule }) => part(column, rule))
    .map(({ left, operator, right }) => `${left} ${operator} ${right}`)
    .join(' and ')
}

type Rule = TableFacts['columns'][number]['rules'][number]

function part(column: string, rule: Rule): { left: string; operator: string; right: string } {
  switch (rule.kind) {
    case 'list':
      return {
        left: column,
        operator: 'in',
        right: `(${rule.values.map((value) => pg.escapeLiteral(value)).join(', ')})`,
      }
    case 'least':
      return { left: column, operator: rule.exclusive ? '>' : '>=', right: rule.value }
    case 'most':
      return { left: column, operator: rule.exclusive ? '<' : '<=', right: rule.value }
    case 'shortest':
      return { left: `char_length(${column})`, operator: '>=', right: String(rule.characters) }
    case 'longest':
      return { left: `char_length(${column})`, operator: '<=', right: String(rule.characters) }
    case 'json':
      return { left: `jsonb_typeof(${column})`, operator: '=', right: pg.escapeLiteral(rule.shape) }
  }
}
