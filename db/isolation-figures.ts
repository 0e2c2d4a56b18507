import { readFileSync, writeFileSync } from 'node:fs'
import type { FileReport } from 'rls-judge/check.ts'
import { API_ROLES } from 'rls-judge/intent.ts'
import { FUNCTIONS, TABLES } from './access.ts'
import { inRoot } from './paths.ts'

const BEGIN = '<!-- figures: written by make test-rls-all -->'
const END = '<!-- end of figures -->'

/** Groups of files with their titles in docs/isolation.md. */
const GROUPS: readonly [title: string, prefix: string][] = [
  ['Catalog compared with db/access.ts', 'packages/rls-judge/src/catalog.ts'],
  ['Matrix: command × column × actor × target × form', 'packages/rls-judge/src/matrix.ts'],
  ['Forms: plans, cursors, COPY, functions', 'packages/rls-judge/src/forms.ts'],
  ['Covert channels', 'packages/rls-judge/src/channels.ts'],
  ['Known escapes', 'packages/rls-judge/src/escapes.ts'],
  ['Shadowing of functions', 'packages/rls-judge/src/shadowing.ts'],
  ['pgTAP: structure', 'tests/schema/'],
  ['pgTAP: access', 'tests/rls/'],
]

/** Writes the counts of a run between the markers of docs/isolation.md. */
export function writeFigures(reports: readonly FileReport[]): void {
  const path = inRoot('docs', 'isolation.md')
  const text = readFileSync(path, 'utf8')
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin < 0 || end < begin)
    throw new Error(`docs/isolation.md lacks the line "${BEGIN}" or "${END}": put it back`)
  writeFileSync(path, `${text.slice(0, begin)}${BEGIN}\n\n${figures(reports)}\n\n${text.slice(end)}`)
}

function figures(reports: readonly FileReport[]): string {
  const count = (prefix: string) =>
    reports.filter(({ file }) => file.startsWith(prefix)).reduce((sum, { passed }) => sum + passed, 0)
  const columns = Object.values(TABLES).reduce((sum, table) => sum + table.columns.length, 0)
  const total = reports.reduce((sum, { passed }) => sum + passed, 0)
  return [
    `${Object.keys(TABLES).length} tables, ${columns} columns, ${Object.keys(FUNCTIONS).length} functions, ${API_ROLES.length} roles.`,
    '',
    '| checks | passed |',
    '| --- | ---: |',
    ...GROUPS.map(([title, prefix]) => `| ${title} | ${count(prefix).toLocaleString('en')} |`),
    `| all | ${total.toLocaleString('en')} |`,
  ].join('\n')
}
