import { say } from 'command-line/terminal.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { FileReport } from 'rls-judge/check.ts'
import { runSuite, type SuiteOptions } from 'rls-judge/suite.ts'
import { isDistributed } from './distribute/act-as.ts'
import { judgeDistributed } from './distribute/judge.ts'
import { writeFigures } from './isolation-figures.ts'
import { inRoot } from './paths.ts'
import { planFiles, runPlanTests } from './plan-tests.ts'
import { loadProject } from './project.ts'
import { showLeftOut } from './show-report.ts'
import { maintenance, type Target } from './target.ts'
import { withThrowawayDatabase } from './throwaway.ts'

export interface RlsOptions extends SuiteOptions {
  /** Write the figures of docs/isolation.md if all checks pass. */
  figures?: boolean
  limitMs: number
  report: (file: FileReport) => void
}

/** Runs the isolation suite on the database at DATABASE_URL or, if it is unset, on throw-away ones. */
export async function testRls(target: Target, options: RlsOptions): Promise<void> {
  const plans = planFiles(options.only)
  if (target.kind === 'given') {
    await judge(target.owner, options)
    if (plans.length > 0) say(`not run: ${PLANS_NEED_THEIR_OWN}`)
    return
  }
  await Promise.all([
    withThrowawayDatabase(maintenance(target), (database) => judge(database, options)),
    plans.length > 0 &&
      withThrowawayDatabase(maintenance(target), (database) => judgePlans(database, plans, options)),
  ])
}

const PLANS_NEED_THEIR_OWN =
  'tests/plans, which fill and ANALYZE the tables: they need a separate database (DATABASE_URL unset)'

async function judge(database: ConnectionString, { figures, report, ...options }: RlsOptions): Promise<void> {
  const reports: FileReport[] = []
  const project = await loadProject(database, inRoot('.build', 'attacks'))
  const judging = {
    ...options,
    report: (file: FileReport) => {
      reports.push(file)
      report(file)
    },
  }
  if (await withOwnerClient(database, isDistributed)) {
    say('The database is distributed: cursors and pgTAP files are not judged (docs/scale.md)')
    await judgeDistributed(database, project, judging)
    return
  }
  const summary = await runSuite(database, project, judging)
  showLeftOut(summary)
  if (figures && summary.failed === 0) writeFigures(reports)
}

async function judgePlans(
  database: ConnectionString,
  files: readonly string[],
  { bail, limitMs, report }: RlsOptions,
): Promise<void> {
  for await (const file of runPlanTests(database, files, limitMs)) {
    report(file)
    if (bail && file.failures.length > 0) return
  }
}
