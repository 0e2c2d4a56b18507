import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'
import { listMutants } from './catalog.ts'
import { type Laboratory, type Verdict, withJudge } from './judge.ts'
import type { Mutant } from './operator.ts'
import { type Choice, choose } from './sample.ts'
import type { Scope } from './scope.ts'

export interface RunOptions {
  /** A throw-away server, a database on it with the schema, and the suite. */
  laboratory: Laboratory
  scope: Scope
  choice: Choice
  /** Number of mutants tried in parallel. */
  jobs: number
  /** Called with each verdict. */
  report: (verdict: Verdict, done: number, of: number) => void
}

export interface RunResult {
  verdicts: Verdict[]
  /** Whether every mutant was tried. */
  whole: boolean
}

/**
 * Tries mutants against a suite.
 *
 * @throws Failure (1) if the suite fails on the unchanged schema, because it would then kill every mutant
 */
export async function runMutants(options: RunOptions): Promise<RunResult> {
  const { laboratory, scope, choice, jobs, report } = options
  const { suite } = laboratory
  await mustPass(laboratory, (database) =>
    withOwnerClient(database, async (client) => {
      await client.query('begin')
      return suite.catalog(client)
    }),
  )
  // The whole suite takes seconds, so it runs on the unchanged schema only when a mutant needs it.
  let passes: Promise<void> | undefined
  const beforeWhole = () => {
    passes ??= mustPass(laboratory, suite.whole)
    return passes
  }
  const all = await withOwnerClient(withDatabase(laboratory.server, laboratory.template), async (client) =>
    listMutants(client, scope),
  )
  const chosen = choose(all, choice)
  const verdicts = new Map<Mutant, Verdict>()
  const tryAll = async (mutants: readonly Mutant[], at: number) => {
    const queue = mutants.values()
    const work = () =>
      withJudge({ ...laboratory, beforeWhole }, async (judge) => {
        for (const mutant of queue) {
          const verdict = await judge(mutant)
          verdicts.set(mutant, verdict)
          report(verdict, verdicts.size, chosen.length)
        }
      })
    await Promise.all(Array.from({ length: Math.min(at, mutants.length) }, work))
  }
  // A mutant of the whole server affects every clone, so such mutants run alone.
  await tryAll(
    chosen.filter(({ undo }) => undo === undefined),
    jobs,
  )
  await tryAll(
    chosen.filter(({ undo }) => undo !== undefined),
    1,
  )
  return {
    verdicts: chosen.flatMap((mutant) => verdicts.get(mutant) ?? []),
    whole: chosen.length === all.length,
  }
}

/** Runs `check` on an unchanged copy of the template. A suite that fails there would kill every mutant. */
async function mustPass(
  { server, template, owner }: Laboratory,
  check: (database: ConnectionString) => Promise<string | undefined>,
): Promise<void> {
  const unchanged = withDatabase(server, 'unchanged')
  const by = await withOwnerClient(server, async (client) => {
    await createDatabase(client, unchanged.database, template, owner)
    try {
      return await check(unchanged)
    } finally {
      await dropDatabase(client, unchanged.database)
    }
  })
  if (by !== undefined) throw failed(`the suite fails on the unchanged schema (${by}): fix that first`)
}
