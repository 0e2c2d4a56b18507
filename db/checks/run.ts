import { availableParallelism } from 'node:os'
import { Durations } from 'command-line/checks/durations.ts'
import { type Result, runChecks } from 'command-line/checks/run-checks.ts'
import { showResult, showSummary } from 'command-line/checks/show.ts'
import { say } from 'command-line/terminal.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { migrate } from '../migrations/migrate.ts'
import { inRoot } from '../paths.ts'
import { prepareEmbeddedDatabase } from '../prepare-embedded.ts'
import { findTarget } from '../target.ts'
import { bundleTests } from './bundle.ts'
import type { ProjectCheck } from './checks.ts'

/**
 * Runs checks in parallel; prints each result and the slowest checks.
 *
 * @param minutes how long each may take: one that waits for ever must not hide the results of the others
 */
export async function runProjectChecks(
  checks: readonly ProjectCheck[],
  minutes: number,
  signal: AbortSignal,
): Promise<Result[]> {
  const start = performance.now()
  const prepared = checks.every((check) => check.static) ? undefined : prepareDatabase()
  await Promise.all([prepared, bundleTests(checks)])
  const durations = new Durations(inRoot('node_modules', '.cache', 'centrid', 'durations.json'))
  // One more than the number of cores, because some checks mostly wait.
  const jobs = availableParallelism() + 1
  const results = await runChecks(checks, ({ name }) => durations.of(name), showResult, {
    cwd: inRoot(),
    jobs,
    limit: minutes * 60_000,
    signal,
  })
  if (!signal.aborted) {
    for (const { check, milliseconds } of results) durations.note(check.name, milliseconds)
    durations.save()
  }
  showSummary(results, performance.now() - start)
  return results
}

/** Migrates the database that the checks need. (`make migrate` would refresh the files whose freshness is checked.) */
async function prepareDatabase(): Promise<void> {
  const target = await findTarget(say)
  if (target.kind !== 'embedded') return
  await prepareEmbeddedDatabase(target)
  await migrate(target.owner, () => {})
}

/**
 * The checks of these names or groups.
 *
 * @throws Failure for an unknown name
 */
export function chooseChecks(all: readonly ProjectCheck[], names: readonly string[]): ProjectCheck[] {
  return names.flatMap((name) => {
    const found = all.filter((check) => check.name === name || check.group === name)
    if (found.length > 0) return found
    const known = new Set(all.map((check) => check.group ?? check.name))
    throw usageError(`no check "${name}": choose from ${[...known].join(', ')}, or a test file`)
  })
}
