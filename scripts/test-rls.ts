import { parseArgs } from 'node:util'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { type FileReport, runSuite } from 'rls-judge/suite.ts'
import { writeFigures } from '../db/isolation-figures.ts'
import { inRoot } from '../db/paths.ts'
import { planFiles, runPlanTests } from '../db/plan-tests.ts'
import { loadProject } from '../db/project.ts'
import { showCounts, showFile } from '../db/show-report.ts'
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
  const count = (file: FileReport) => showFile(file, sum)
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
  showCounts(sum)
})

const PLANS_NEED_THEIR_OWN =
  'tests/plans, which fill the tables and ANALYZE them: they need a database of their own (DATABASE_URL unset)'
