import { readFileSync } from 'node:fs'
import { withoutAccepted } from 'migration-lint/accepted.ts'
import type { Finding } from 'migration-lint/finding.ts'
import { lint } from 'migration-lint/lint.ts'
import type { Source } from 'migration-lint/parse/file.ts'
import { filesIn } from '../migrations/files.ts'
import { inRoot } from '../paths.ts'
import { ACCEPTED } from './accepted.ts'
import { LINT_SETTINGS } from './settings.ts'
import { squawk } from './squawk.ts'

/** The findings of migration-lint and squawk in migrations/, in the order of the files. No server is needed. */
export async function lintMigrations(
  folder = inRoot('migrations'),
  settings = LINT_SETTINGS,
): Promise<Finding[]> {
  const sources = readSources(folder)
  const own = withoutAccepted(await lint(sources, settings), ACCEPTED)
  const stale = own.unused.map(({ file, rule }) => ({
    rule,
    file: 'db/lint/accepted.ts',
    line: 1,
    message: `${file} does not break ${rule}`,
    advice: 'Remove the entry from the list.',
  }))
  return [...own.findings, ...squawk(sources), ...stale].sort(byPlace)
}

/** Every file of the folder, including those that dbmate silently ignores. */
function readSources(folder: string): Source[] {
  return filesIn(folder)
    .filter((name) => /\.sql$/i.test(name))
    .map((name) => ({ name, path: `migrations/${name}`, text: readFileSync(`${folder}/${name}`, 'utf8') }))
}

function byPlace(a: Finding, b: Finding): number {
  return a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1
}
