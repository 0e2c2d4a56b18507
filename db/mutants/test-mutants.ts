import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { failed, usageError } from 'postgres-kit/failure.ts'
import { parseEquivalents } from 'rls-judge/mutants/equivalents.ts'
import type { Verdict } from 'rls-judge/mutants/judge.ts'
import { nameOf } from 'rls-judge/mutants/operator.ts'
import { showVerdicts } from 'rls-judge/mutants/progress.ts'
import { makeReport, type Report, writeReport } from 'rls-judge/mutants/report.ts'
import { runMutants } from 'rls-judge/mutants/run.ts'
import type { Choice } from 'rls-judge/mutants/sample.ts'
import type { Profile } from '../bootstrap.ts'
import { embeddedHome } from '../embedded.ts'
import { listMigrations } from '../migrations/files.ts'
import { inRoot } from '../paths.ts'
import { findChanged, findDifferentBase } from './changed.ts'
import { makeLaboratory, SCOPE } from './laboratory.ts'

const EQUIVALENTS = 'tests/mutants/equivalents.json'

export interface MutantsOptions {
  /** Try every mutant of changed objects, and the sample of the others. */
  changed: boolean
  /** The commit to compare with; default: the merge base with origin/main. */
  base: string | undefined
  choice: Choice
  /** The server's profile. The report is written only for the profile `bootstrap`. */
  profile: Profile
  /** Folder of the attacks, as in db/project.ts. */
  attacks: string
  /** Ends the run and removes its server. */
  signal: AbortSignal
  log: (line: string) => void
}

/**
 * Tries mutants of this schema against the isolation suite, and writes the report if all were tried.
 *
 * @throws Failure (1) if a mutant survives that is not listed as equivalent
 */
export async function testMutants({
  changed,
  base,
  choice,
  profile,
  attacks,
  signal,
  log,
}: MutantsOptions): Promise<void> {
  const different = changed ? findDifferentBase(base, log) : undefined
  if (changed && !different && !choice.sample) return log('no mutant to try')
  const equivalents = parseEquivalents(readFileSync(inRoot(EQUIVALENTS), 'utf8'), EQUIVALENTS)
  const home = embeddedHome(log)
  const cluster = await startThrowawayServer(home, 'mutants', { autovacuum: 'off' })
  // Removing the server ends all running statements.
  signal.addEventListener('abort', () => void cluster.remove())
  try {
    const laboratory = await makeLaboratory(cluster.server, attacks, profile)
    const objects = different ? await findChanged(different, laboratory, home, log) : new Set<string>()
    const { verdicts, whole } = await runMutants({
      laboratory,
      scope: SCOPE,
      choice: changed ? { sample: 0, ...choice, changed: objects } : choice,
      jobs: Math.min(2, availableParallelism()),
      report: showVerdicts(),
    })
    const made = { migration: listMigrations().at(-1)?.name ?? '', postgres: home.major }
    const report = makeReport(verdicts, equivalents, { made, whole })
    if (whole && profile === 'bootstrap') writeReport(inRoot('tests', 'mutants'), report)
    if (verdicts.length > 0) log(killers(verdicts))
    if (process.env.DEBUG)
      for (const { mutant, by } of verdicts) log(`${nameOf(mutant)} | ${by ?? 'not killed'}`)
    if (report.mutants === 0 && choice.filter) throw usageError('no mutant matches FILTER')
    show(report, log)
  } finally {
    await cluster.remove()
  }
}

function show(
  { mutants, killed, survived, equivalent, score, survivors, stale }: Report,
  log: MutantsOptions['log'],
): void {
  for (const { mutant, sql } of survivors)
    log(`SURVIVED ${mutant}\n    ${sql.trim().replaceAll('\n', '\n    ')}`)
  log(
    mutants === 0
      ? 'no mutant to try'
      : `${killed} killed, ${survived} survived, ${equivalent} equivalent of ${mutants} mutants: ${score} %`,
  )
  if (stale.length > 0)
    throw failed(`${EQUIVALENTS} lists mutants that are killed or do not exist: ${stale.join('; ')}`)
  if (survived > 0) throw failed('mutants survived: no test detects these changes')
}

/** Number of mutants that each file of the suite killed first. */
function killers(verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>()
  for (const { by } of verdicts) {
    const file = by?.split(': ')[0]
    if (file) counts.set(file, (counts.get(file) ?? 0) + 1)
  }
  const list = [...counts].toSorted(([, a], [, b]) => b - a).map(([file, count]) => `${count} ${file}`)
  return `Killed first by: ${list.join(', ')}`
}
