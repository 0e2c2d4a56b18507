import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { Project } from '../project.ts'
import { listMutants } from './catalog.ts'
import { judge, type Laboratory, type Verdict } from './judge.ts'
import type { Mutant } from './operator.ts'
import { type Choice, choose } from './sample.ts'
import { prepareTemplate } from './template.ts'

export interface RunOptions {
  /** A server that is thrown away afterwards. */
  server: ConnectionString
  /** Name of the database of that server whose mutants are tried. */
  template: string
  choice: Choice
  /** What the suite judges by. */
  project: Project
  /** How many mutants are tried at once. */
  jobs: number
  /** Told of each verdict. */
  report: (verdict: Verdict, done: number, of: number) => void
}

export interface RunResult {
  verdicts: Verdict[]
  /** Whether every mutant was tried. */
  whole: boolean
}

/**
 * Tries mutants against the isolation suite.
 *
 * @throws Failure (1) where the suite fails on the schema as it is: then it would kill anything
 */
export async function runMutants({
  server,
  template,
  project,
  choice,
  jobs,
  report,
}: RunOptions): Promise<RunResult> {
  await prepareTemplate(server, template, project)
  const laboratory: Laboratory = { server, template, project }
  const all = await withOwnerClient(withDatabase(server, template), listMutants)
  const chosen = choose(all, choice)
  const verdicts = new Map<Mutant, Verdict>()
  const tryAll = async (mutants: readonly Mutant[], at: number) => {
    const queue = mutants.values()
    const work = async () => {
      for (const mutant of queue) {
        const verdict = await judge(laboratory, mutant)
        verdicts.set(mutant, verdict)
        report(verdict, verdicts.size, chosen.length)
      }
    }
    await Promise.all(Array.from({ length: at }, work))
  }
  // What belongs to the server is felt by every clone: those mutants have it for themselves.
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
