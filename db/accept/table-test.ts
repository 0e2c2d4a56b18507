import { qualified, rowStatements } from '../facts/row.ts'
import type { TableFacts } from '../facts/schema.ts'
import { ACCOUNT, breaches } from './breaches.ts'
import { assertion, dollarQuoted, literal, testFile } from './sql-text.ts'
import { ASPECTS, type Aspect } from './structure.ts'

/** The pgTAP file of one table: its structure, and the values it refuses. */
export function tableTest(
  schema: readonly TableFacts[],
  table: TableFacts,
  lines: Readonly<Record<Aspect, readonly string[]>>,
): string {
  const name = qualified(table)
  const { name: plain } = table
  return testFile(`The structure of ${plain}, and the values that it refuses.`, [
    ...ASPECTS.map((aspect) => listed(name, plain, aspect, lines[aspect])),
    assertion(
      'is_empty',
      dollarQuoted(`select pg_temp.triggers_not_firing('${name}')`),
      literal(`every trigger of ${plain} fires, those of foreign keys too`),
    ),
    assertion(
      'ok',
      `(select relrowsecurity from pg_class where oid = '${name}'::regclass)`,
      literal('row level security is on'),
    ),
    '',
    ...rowStatements(schema, table, ACCOUNT).map((statement) => `${statement};`),
    ...breaches(table).map(({ statement, answer, says }) =>
      assertion('is', `pg_temp.violated(${dollarQuoted(statement)})`, literal(answer), literal(says)),
    ),
  ])
}

function listed(name: string, plain: string, aspect: Aspect, lines: readonly string[]): string {
  const query = dollarQuoted(`select pg_temp.${aspect}_of('${name}')`)
  if (lines.length === 0) return assertion('is_empty', query, literal(`${plain} has no ${aspect}`))
  const list = dollarQuoted(`\n${lines.map((line) => `        ${line}\n`).join('')}    `)
  return assertion('results_eq', query, `pg_temp.lines(${list})`, literal(`${plain} has these ${aspect}`))
}
