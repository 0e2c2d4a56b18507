import { readFileSync, writeFileSync } from 'node:fs'
import { API_ROLES, FUNCTIONS, TABLES } from '../../db/access.ts'
import { inRoot } from '../../db/paths.ts'
import type { FileReport } from './suite.ts'

const BEGIN = '<!-- figures: written by make test-rls-all -->'
const END = '<!-- end of figures -->'

/** Groups of files as docs/isolation.md names them. */
const GROUPS: readonly [title: string, prefix: string][] = [
  ['Catalog compared with db/access.ts', 'tests/isolation/catalog.ts'],
  ['Matrix: command × column × actor × target × form', 'tests/isolation/matrix.ts'],
  ['Forms of their own: plans, cursors, COPY, functions', 'tests/isolation/forms.ts'],
  ['Covert channels', 'tests/isolation/channels.ts'],
  ['Known escapes', 'tests/isolation/escapes.ts'],
  ['Shadowing of functions', 'tests/isolation/shadowing.ts'],
  ['pgTAP: structure', 'tests/schema/'],
  ['pgTAP: access', 'tests/rls/'],
]

/** Writes what a run counted between the markers of docs/isolation.md. */
export function writeFigures(reports: readonly FileReport[]): void {
  const path = inRoot('docs', 'isolation.md')
  const text = readFileSync(path, 'utf8')
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`docs/isolation.md has lost the line "${BEGIN}" or "${END}"`)
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
