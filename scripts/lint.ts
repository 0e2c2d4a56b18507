import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { formatFinding } from 'migration-lint/finding.ts'
import { failed } from 'postgres-kit/failure.ts'
import { lintMigrations } from '../db/lint/lint.ts'

await runCommand({ options: { json: { type: 'boolean' } } }, async ({ values }) => {
  const findings = await lintMigrations()
  if (values.json) say(JSON.stringify(findings))
  else for (const finding of findings) say(formatFinding(finding))
  if (findings.length === 0) return
  throw failed(
    `${findings.length} found in migrations/. The rules: packages/migration-lint/docs. To allow one statement: -- lint:ignore M000: why`,
  )
})
