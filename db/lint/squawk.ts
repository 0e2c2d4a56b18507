import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from 'migration-lint/finding.ts'
import type { Source } from 'migration-lint/parse/file.ts'
import { readSections } from 'migration-lint/parse/sections.ts'
import { environmentError } from 'postgres-kit/failure.ts'
import { inRoot } from '../paths.ts'
import { makeTemporaryFolder } from '../temporary-folder.ts'

/** The used part of a finding of squawk. */
interface Problem {
  file: string
  /** From 0. */
  line: number
  message: string
  help: string | null
  rule_name: string
}

/** Squawk's findings in the up sections. (It would treat a down section as part of the migration.) */
export function squawk(sources: readonly Source[]): Finding[] {
  if (sources.length === 0) return []
  const folder = makeTemporaryFolder('lint')
  try {
    const files = sources.map((source) => ({ source, copy: join(folder, source.name) }))
    for (const { source, copy } of files) writeFileSync(copy, upOnly(source.text))
    const problems = run(files.map(({ copy }) => copy))
    return files.flatMap(({ source: { path }, copy }) =>
      problems
        .filter(({ file }) => file === copy)
        .map(({ line, message, help, rule_name }) => ({
          rule: rule_name,
          file: path,
          line: line + 1,
          message,
          advice: `${help ?? 'Change the statement'} (https://squawkhq.com/docs/${rule_name})`,
        })),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The up section, padded so that its line numbers are those of the file. */
function upOnly(text: string): string {
  const up = readSections(text).sections.find(({ direction }) => direction === 'up')
  return up ? '\n'.repeat(up.line) + up.sql : ''
}

function run(files: readonly string[]): Problem[] {
  const { stdout, stderr, error } = spawnSync(
    inRoot('node_modules', '.bin', 'squawk'),
    ['--reporter=json', ...files],
    {
      cwd: inRoot(),
      encoding: 'utf8',
    },
  )
  if (error || stdout === '') throw environmentError(`squawk did not run: ${error?.message ?? stderr}`)
  const problems: Problem[] = JSON.parse(stdout)
  return problems
}
