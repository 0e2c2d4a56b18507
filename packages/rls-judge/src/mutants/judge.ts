import type pg from 'pg'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { codeOf, failed, messageOf } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'
import type { Project } from '../project.ts'
import { runSuite } from '../suite.ts'
import { type Mutant, nameOf } from './operator.ts'

const CLONE_PREFIX = 'centrid_mutant_'
const TIMEOUT_MS = 120_000

let clones = 0

export interface Verdict {
  mutant: Mutant
  killed: boolean
  /** The file and the check that failed first. */
  by?: string
}

/** Where mutants are tried. */
export interface Laboratory {
  /** Any database of the server. */
  server: ConnectionString
  template: string
  /** What the suite judges by. */
  project: Project
}

/** A mutant's clone: made, and dropped with whoever is connected to it. */
async function withClone<T>(
  { server, template }: Laboratory,
  work: (clone: ConnectionString, drop: () => Promise<void>, owner: pg.Client) => Promise<T>,
): Promise<T> {
  const clone = withDatabase(server, `${CLONE_PREFIX}${++clones}`)
  return withOwnerClient(server, async (owner) => {
    const drop = () => dropDatabase(owner, clone.database)
    await createDatabase(owner, clone.database, template)
    try {
      return await work(clone, drop, owner)
    } finally {
      await drop()
    }
  })
}

/** Applies a mutant to a clone of its own and runs the isolation suite there until something fails. */
export async function judge(laboratory: Laboratory, mutant: Mutant): Promise<Verdict> {
  return withClone(laboratory, async (clone, drop, owner) => {
    await withOwnerClient(clone, (client) => client.query(mutant.sql)).catch((error: unknown) => {
      // A mutant that cannot be made proves nothing.
      throw failed(
        `${nameOf(mutant)} does not apply: ${messageOf(error)} (${codeOf(error)})\n${mutant.sql}`,
        error,
      )
    })
    try {
      return await withTimeout(trial(clone, laboratory.project, mutant), drop)
    } finally {
      if (mutant.undo) await owner.query(mutant.undo)
    }
  })
}

/** The suite fails: killed. A mutated database that makes the suite itself break is killed as well. */
async function trial(database: ConnectionString, project: Project, mutant: Mutant): Promise<Verdict> {
  let by: string | undefined
  try {
    const { passed, failed: broken } = await runSuite(database, project, {
      bail: true,
      report: ({ file, failures }) => {
        by ??= failures[0] ? `${file}: ${failures[0].name}` : undefined
      },
    })
    if (broken === 0 && passed > 0) return { mutant, killed: false }
  } catch (error) {
    by ??= messageOf(error)
  }
  return { mutant, killed: true, by: by ?? 'no test passed' }
}

/** A mutant that makes the suite hang is killed; its clone is dropped under it, which ends the suite. */
async function withTimeout(trial: Promise<Verdict>, interrupt: () => Promise<void>): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), TIMEOUT_MS)
  })
  try {
    const first = await Promise.race([trial, late])
    if (first !== 'late') return first
    await interrupt()
    return await trial
  } finally {
    clearTimeout(timer)
  }
}
