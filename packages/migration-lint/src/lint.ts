import { loadModule } from 'libpg-query'
import type { Finding } from './finding.ts'
import { type Migration, readMigration, type Source } from './parse/file.ts'
import type { Note } from './parse/notes.ts'
import type { Context, Report, Rule } from './rule.ts'
import { RULES } from './rules.ts'
import { applyStatement } from './schema/apply.ts'
import type { Schema } from './schema/schema.ts'
import type { Settings } from './settings.ts'

/**
 * Lints the migrations of a folder, in the order of their names. The earlier files determine which tables are new
 * and which may have rows. No server is needed.
 *
 * @param sources every file of the folder, including those that dbmate ignores
 */
export async function lint(
  sources: readonly Source[],
  settings: Settings,
  rules: readonly Rule[] = RULES,
): Promise<Finding[]> {
  await loadModule()
  const files = sources.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(readMigration)
  const schema: Schema = { tables: new Map(), functions: new Map() }
  return files.flatMap((file) => lintFile({ settings, file, files, schema }, rules))
}

function lintFile(context: Context, rules: readonly Rule[]): Finding[] {
  const { file, schema, settings } = context
  const silenced = new Set<Note>()
  const findings: Finding[] = []
  const collect = (rule: Rule, reports: Iterable<Report> = []) => {
    for (const report of reports)
      if (!isSilenced(rule, report, silenced)) findings.push(findingOf(rule, report, file))
  }
  for (const rule of rules) collect(rule, rule.file?.(context))
  for (const statement of file.up?.statements ?? []) {
    for (const rule of rules) collect(rule, rule.statement?.(statement, context))
    applyStatement(schema, statement, file.name, settings.defaultSchema)
  }
  for (const rule of rules) collect(rule, rule.after?.(context))
  const codes = rules.map(({ code }) => code)
  for (const rule of rules) collect(rule, rule.ignores?.(context, silenced, codes))
  return findings.sort((a, b) => a.line - b.line)
}

function isSilenced({ code }: Rule, { at }: Report, silenced: Set<Note>): boolean {
  if (typeof at === 'number') return false
  const note = at.notes.find((each) => each.kind === 'ignore' && each.rule === code && each.reason !== '')
  if (note) silenced.add(note)
  return note !== undefined
}

function findingOf({ code }: Rule, { at, message, advice }: Report, { path }: Migration): Finding {
  return { rule: code, file: path, line: typeof at === 'number' ? at : at.line, message, advice }
}
