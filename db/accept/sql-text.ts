/** First line of every file that `make accept` writes. */
export const HEADER =
  '-- Written by "make accept" from the migrated database: review what changed, do not edit.'

/** A pgTAP file: its assertions counted, between `begin` and `rollback`. */
export function testFile(about: string, parts: readonly string[]): string {
  const assertions = parts.filter((part) => part.startsWith('select '))
  return `${HEADER}
-- ${about}

begin;
\\ir helpers.sql
select plan(${assertions.length});

${parts.join('\n')}

select * from finish();
rollback;
`
}

/** Dollar-quoted SQL, with a tag that does not occur in it. */
export function dollarQuoted(sql: string): string {
  const tag = sql.includes('$$') ? '$sql$' : '$$'
  return `${tag}${sql}${tag}`
}

/** A literal on one line. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** `select name(first, second, …)`, with one argument per line if they are long. */
export function assertion(call: string, ...args: readonly string[]): string {
  const line = `select ${call}(${args.join(', ')});`
  return line.length <= 110 && !line.includes('\n')
    ? line
    : `select ${call}(\n${args.map((arg) => `    ${arg}`).join(',\n')}\n);`
}
