import { parseArgs } from 'node:util'
import { runCommand } from 'command-line/run-command.ts'
import { colour, duration, say } from 'command-line/terminal.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { type FileReport, runSuite } from 'rls-judge/suite.ts'
import { writeFigures } from '../db/isolation-figures.ts'
import { inRoot } from '../db/paths.ts'
import { planFiles, runPlanTests } from '../db/plan-tests.ts'
import { loadProject } from '../db/project.ts'
import { findTarget, maintenance } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      bail: { type: 'boolean' },
      exhaustive: { type: 'boolean' },
      figures: { type: 'boolean' },
      limit: { type: 'string' },
      only: { type: 'string' },
    },
  })
  const { limit = '30', ...rest } = values
  const limitMs = wholeNumber('--limit', limit, 1, 9_999) * 1000
  const sum = { passed: 0, failed: 0 }
  const count = (file: FileReport) => {
    sum.passed += file.passed
    sum.failed += file.failures.length
    show(file)
  }
  const judge = async (database: ConnectionString) => {
    const reports: FileReport[] = []
    const report = (file: FileReport) => {
      reports.push(file)
      count(file)
    }
    const project = await loadProject(database, inRoot('.build', 'attacks'))
    const { failed } = await runSuite(database, project, { ...rest, limitMs, report })
    if (values.figures && failed === 0) writeFigures(reports)
  }
  const plans = planFiles(values.only)
  const judgePlans = async (database: ConnectionString) => {
    for await (const file of runPlanTests(database, plans, limitMs)) {
      count(file)
      if (values.bail && sum.failed > 0) return
    }
  }
  const target = await findTarget(say)
  if (target.kind === 'given') {
    await judge(target.owner)
    if (plans.length > 0) say(`not run: ${PLANS_NEED_THEIR_OWN}`)
  } else {
    await Promise.all([
      withThrowawayDatabase(maintenance(target), judge),
      ...(plans.length > 0 ? [withThrowawayDatabase(maintenance(target), judgePlans)] : []),
    ])
  }
  say(`${sum.passed} passed, ${sum.failed} failed`)
  // The counts stay the last line: what is wrong was said with each failure.
  if (sum.failed > 0 || sum.passed === 0) process.exitCode = 1
})

const PLANS_NEED_THEIR_OWN =
  'tests/plans, which fill the tables and ANALYZE them: they need a database of their own (DATABASE_URL unset)'

function show({ file, passed, failures, milliseconds }: FileReport): void {
  const verdict = failures.length === 0 ? colour('green', 'ok    ') : colour('red', 'FAILED')
  say(
    `${verdict} ${file.padEnd(42)} ${String(passed).padStart(6)} passed  ${colour('dim', duration(milliseconds))}`,
  )
  for (const { name, diagnosis } of failures) {
    say(`  ${colour('red', 'not ok')} ${name}`)
    for (const line of (diagnosis ?? '').split('\n')) say(`    ${line}`)
  }
}
