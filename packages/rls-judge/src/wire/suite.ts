import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { channels } from '../channels.ts'
import type { FileReport, Part, Verdict } from '../check.ts'
import { disagreements } from '../disagreement.ts'
import { escapes } from '../escapes.ts'
import { forms } from '../forms.ts'
import { connectLimited, LIMIT_MS, type LimitedClient } from '../limit.ts'
import { removeFixtures } from '../matrix/fixtures.ts'
import { matrix } from '../matrix.ts'
import type { Refusal, Wire } from '../platform.ts'
import type { Project } from '../project.ts'
import { shadowing } from '../shadowing.ts'
import { setStage } from '../stage.ts'
import { failureOf, type SuiteOptions, type Summary } from '../suite.ts'
import { wireCatalog } from './catalog.ts'

/**
 * Judges a server on which every caller has a transaction of its own. The rows of the suite are committed, and removed at the
 * end. Not judged: pgTAP files, and cursors, which end with their caller's transaction.
 *
 * @param database the owner's connection string
 */
export async function runWireSuite(
  database: ConnectionString,
  project: Project,
  wire: Wire,
  options: SuiteOptions = {},
): Promise<Summary> {
  const { limitMs = LIMIT_MS, bail = false, only } = options
  const summary: Summary = { passed: 0, failed: 0, leftOut: [] }
  const count = (report: FileReport) => {
    summary.passed += report.passed
    summary.failed += report.failures.length
    options.report?.(report)
  }
  const unknown = await withOwnerClient(database, (client) => disagreements(client, project.intent))
  if (unknown.length > 0) {
    count({ file: project.intent.file, passed: 0, failures: unknown, milliseconds: 0 })
    return summary
  }
  const platform = { ...project.platform, wire }
  const limited = await connectLimited(database, limitMs)
  const stage = await setStage(limited.client, { intent: project.intent, platform })
  const met = new Set<Refusal>()
  try {
    for (const part of wireParts({ ...project, platform, stage }, database)) {
      if (!part.file.includes(only ?? '') || (bail && summary.failed > 0)) continue
      count(await runPart(limited, part, { ...options, limitMs }, wire, met))
    }
  } finally {
    await limited.close()
    await withOwnerClient(database, (client) =>
      removeFixtures(client, stage.shapes, stage.fixtures, platform),
    )
  }
  if (only === undefined && !bail) count(unmet(wire, met))
  return summary
}

function wireParts(project: Project, database: ConnectionString): Part[] {
  return [
    wireCatalog(project, database),
    ...matrix(project),
    forms(project),
    channels(project),
    escapes(project),
    shadowing(project),
  ]
}

async function runPart(
  { client, endedStatement }: LimitedClient,
  { file, run }: Part,
  { bail = false, exhaustive = false, limitMs }: SuiteOptions & { limitMs: number },
  wire: Wire,
  met: Set<Refusal>,
): Promise<FileReport> {
  const start = performance.now()
  const report: FileReport = { file, passed: 0, failures: [], milliseconds: 0 }
  try {
    for await (const verdict of run(client, { exhaustive })) {
      if (verdict.diagnosis === undefined || isRefusal(verdict, wire, met)) report.passed += 1
      else report.failures.push(verdict)
      if (bail && report.failures.length > 0) break
    }
  } catch (error) {
    report.failures.push(failureOf(error, await endedStatement(error), limitMs))
  }
  await leaveNothing(client)
  report.milliseconds = performance.now() - start
  return report
}

/** After an error the transaction may be open, and temporary objects may be there. */
async function leaveNothing(client: pg.Client): Promise<void> {
  await client.query('rollback')
  await client.query('discard temp')
}

/** Whether the server refuses this whoever asks. */
function isRefusal({ name, code }: Verdict, { refusals }: Wire, met: Set<Refusal>): boolean {
  const refusal = refusals.find((each) => each.code === code && each.form.test(name))
  if (refusal) met.add(refusal)
  return refusal !== undefined
}

/** Refusals that no attempt met: the server can do more than was written down. */
function unmet({ refusals }: Wire, met: ReadonlySet<Refusal>): FileReport {
  const failures = refusals
    .filter((refusal) => !met.has(refusal))
    .map(({ form, code, reason }) => ({
      name: `${form} is refused with ${code}: ${reason}`,
      diagnosis: 'no attempt met this refusal: take it out of the list',
    }))
  return {
    file: 'packages/rls-judge/src/wire/suite.ts',
    passed: met.size,
    failures,
    milliseconds: 0,
  }
}
