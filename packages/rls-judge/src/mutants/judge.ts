import type pg from 'pg'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { codeOf, failed, messageOf } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'
import { type Mutant, nameOf } from './operator.ts'

const CLONE_PREFIX = 'mutant_'
/** On a busy machine the suite takes several times as long: a limit that it reaches without a mutant would kill them all. */
const LIMIT_MS = 600_000
const GLANCE_TIMEOUT = '120s'

let clones = 0

export interface Verdict {
  mutant: Mutant
  killed: boolean
  /** The file and the check that failed first. */
  by?: string
}

/** Tests databases. Each function returns the first check that fails, or undefined if all pass. */
export interface Suite {
  /** Runs the checks that read only the catalog, in the transaction of this client. */
  catalog: (client: pg.Client) => Promise<string | undefined>
  /** Runs every check on its own database. Throws if the database breaks a check, or if no check ran. */
  whole: (database: ConnectionString) => Promise<string | undefined>
}

/** The server and databases on which mutants are tried. */
export interface Laboratory {
  /** Any database of the server. */
  server: ConnectionString
  template: string
  /** Owner of the clones, if not the login: on some platforms a superuser mutates objects that another role owns. */
  owner?: string
  suite: Suite
  /** Called before the whole suite tries a mutant; throws if the suite fails without a mutant. */
  beforeWhole?: () => Promise<void>
  /** How long the whole suite may take, in milliseconds; default ten minutes. */
  limitMs?: number
}

/**
 * Tries mutants one after the other. Each is first created in a transaction that is rolled back, for the catalog checks:
 * they kill most mutants, which then need no database. The others get their own database and the whole suite.
 */
export async function withJudge<T>(
  laboratory: Laboratory,
  work: (judge: (mutant: Mutant) => Promise<Verdict>) => Promise<T>,
): Promise<T> {
  return withClone(laboratory, async (bench) =>
    withOwnerClient(bench, (client) =>
      work(async (mutant) => {
        const by = await glance(laboratory.suite, client, mutant)
        return by === undefined ? tryWhole(laboratory, mutant) : verdictOf(mutant, by)
      }),
    ),
  )
}

/** The first catalog check that fails on the mutant. A catalog that cannot be read counts as killed. */
async function glance(suite: Suite, client: pg.Client, mutant: Mutant): Promise<string | undefined> {
  await client.query(`begin; set local statement_timeout = '${GLANCE_TIMEOUT}'`)
  try {
    await apply(client, mutant)
    return await suite.catalog(client).catch((error: unknown) => messageOf(error))
  } finally {
    await client.query('rollback')
  }
}

/** A mutant that cannot be created is an error of its operator, because it proves nothing. */
async function apply(client: pg.Client, mutant: Mutant): Promise<void> {
  await client.query(mutant.sql).catch((error: unknown) => {
    throw failed(
      `${nameOf(mutant)} does not apply: ${messageOf(error)} (${codeOf(error)})\n${mutant.sql}`,
      error,
    )
  })
}

/** Applies a mutant to a separate clone and runs the whole suite there until a check fails. */
async function tryWhole(laboratory: Laboratory, mutant: Mutant): Promise<Verdict> {
  await laboratory.beforeWhole?.()
  return withClone(laboratory, async (clone, drop, owner) => {
    await withOwnerClient(clone, (client) => apply(client, mutant))
    try {
      const suite = laboratory.suite.whole(clone).catch((error: unknown) => messageOf(error))
      return verdictOf(mutant, await withLimit(suite, laboratory.limitMs ?? LIMIT_MS, drop))
    } finally {
      if (mutant.undo) await owner.query(mutant.undo)
    }
  })
}

/** @param by the check that failed, or the error if the suite itself breaks on the mutated database */
function verdictOf(mutant: Mutant, by: string | undefined): Verdict {
  return by === undefined ? { mutant, killed: false } : { mutant, killed: true, by }
}

/** Runs `work` with a clone of the template, and drops the clone and its sessions. */
async function withClone<T>(
  { server, template, owner: belongsTo }: Laboratory,
  work: (clone: ConnectionString, drop: () => Promise<void>, owner: pg.Client) => Promise<T>,
): Promise<T> {
  const clone = withDatabase(server, `${CLONE_PREFIX}${++clones}`)
  return withOwnerClient(server, async (owner) => {
    const drop = () => dropDatabase(owner, clone.database)
    await createDatabase(owner, clone.database, template, belongsTo)
    try {
      return await work(clone, drop, owner)
    } finally {
      await drop()
    }
  })
}

/** A mutant that makes the suite hang is killed. Its clone is dropped meanwhile, which ends the suite. */
async function withLimit(
  suite: Promise<string | undefined>,
  limitMs: number,
  interrupt: () => Promise<void>,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs)
  })
  try {
    if ((await Promise.race([suite.then(() => 'in time'), late])) !== 'late') return await suite
    await interrupt()
    await suite
    return `the suite did not end within ${limitMs / 1000} s`
  } finally {
    clearTimeout(timer)
  }
}
