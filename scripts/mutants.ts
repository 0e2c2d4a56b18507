import { availableParallelism } from 'node:os'
import { runCommand } from 'command-line/run-command.ts'
import { duration, say } from 'command-line/terminal.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { failed, misuse } from 'postgres-kit/failure.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { readEquivalents } from 'rls-judge/mutants/equivalents.ts'
import type { Verdict } from 'rls-judge/mutants/judge.ts'
import { nameOf } from 'rls-judge/mutants/operator.ts'
import { showVerdicts } from 'rls-judge/mutants/progress.ts'
import { makeReport, type Report, writeReport } from 'rls-judge/mutants/report.ts'
import { runMutants } from 'rls-judge/mutants/run.ts'
import type { Choice } from 'rls-judge/mutants/sample.ts'
import { embeddedHome } from '../db/embedded.ts'
import { inRoot } from '../db/paths.ts'
import { BOOTSTRAP } from '../db/platforms/bootstrap.ts'
import { projectOf } from '../db/project.ts'
import { ensureTemplate } from '../db/throwaway.ts'

await runCommand(async () => {
  const choice = readChoice()
  const equivalents = readEquivalents()
  const start = performance.now()
  let interrupted = false
  const cluster = await startThrowawayServer(embeddedHome(say), 'mutants', { autovacuum: 'off' })
  const interrupt = () => {
    interrupted = true
    // Stopping the server ends whatever is under way.
    void cluster.remove()
  }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const { verdicts, whole } = await runMutants({
      server: cluster.server,
      template: await ensureTemplate(cluster.server),
      choice,
      // A mutated server is bootstrapped by this project.
      project: await projectOf(BOOTSTRAP, inRoot('.build', 'attacks')),
      jobs: Math.min(2, availableParallelism()),
      report: showVerdicts(),
    })
    const report = makeReport(verdicts, equivalents, whole)
    if (whole) writeReport(report)
    say(killers(verdicts))
    if (process.env.DEBUG)
      for (const { mutant, by } of verdicts) say(`${nameOf(mutant)} | ${by ?? 'not killed'}`)
    show(report, performance.now() - start)
  } catch (error) {
    if (!interrupted) throw error
  } finally {
    await cluster.remove()
    if (interrupted) process.exitCode = 130
  }
})

function show(report: Report, milliseconds: number): void {
  if (report.mutants === 0) throw misuse('no mutant matches FILTER')
  for (const { mutant, sql } of report.survivors)
    say(`SURVIVED ${mutant}\n    ${sql.trim().replaceAll('\n', '\n    ')}`)
  say(
    `${report.killed} killed, ${report.survived} survived, ${report.equivalent} equivalent of ${report.mutants} mutants:` +
      ` ${report.score} % in ${duration(milliseconds)}`,
  )
  const { stale } = report
  if (stale.length > 0)
    throw failed(`tests/mutants/equivalents.json names what is killed, or is no mutant: ${stale.join('; ')}`)
  if (report.survived > 0) throw failed('a mutant that survives is a hole that no test would notice')
}

/** Which files of the suite killed how many: with --bail the first that fails is named. */
function killers(verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>()
  for (const { by } of verdicts) {
    const file = by?.split(': ')[0]
    if (file) counts.set(file, (counts.get(file) ?? 0) + 1)
  }
  const list = [...counts].toSorted(([, a], [, b]) => b - a).map(([file, count]) => `${count} ${file}`)
  return `Killed first by: ${list.join(', ')}`
}

/** FILTER, SAMPLE and SEED from the environment. */
function readChoice(): Choice {
  const { FILTER, SAMPLE, SEED } = process.env
  return {
    seed: wholeNumber('SEED', SEED || 1),
    ...(FILTER ? { filter: pattern(FILTER) } : {}),
    ...(SAMPLE ? { sample: wholeNumber('SAMPLE', SAMPLE) } : {}),
  }
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch {
    throw misuse(`FILTER is "${text}": give a regular expression, for example FILTER='policy: dropped'`)
  }
}
