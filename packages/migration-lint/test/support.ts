import { lint } from '../src/lint.ts'
import type { Settings } from '../src/settings.ts'

export const SETTINGS: Settings = {
  everybody: ['public', 'anon'],
  users: ['public', 'anon', 'authenticated'],
  granted: ['public', 'anon', 'authenticated', 'service_role'],
  sampled: ['id'],
  versionDigits: 14,
  defaultSchema: 'public',
}

/** Lints files by their names; their paths are their names. */
export async function lintFiles(files: Readonly<Record<string, string>>, settings = SETTINGS) {
  const sources = Object.entries(files).map(([name, text]) => ({ name, path: name, text }))
  return lint(sources, settings)
}

/** An up section as a whole file. */
export function upOnly(sql: string): string {
  return `-- migrate:up\n\n${sql}\n\n-- migrate:down\n\n-- irreversible: an example\n`
}

/** What is found in one up section, as `M010 at line 3 of the section`. */
export async function lintUp(sql: string): Promise<string[]> {
  const findings = await lintFiles({ '20260101000000_example.sql': upOnly(sql) })
  return findings.map(({ rule, line }) => `${rule}:${line - 2}`)
}
