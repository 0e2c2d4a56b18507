import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { readPostmaster } from 'postgres-kit/embedded/postmaster.ts'
import {
  startThrowawayServer,
  type ThrowawayServer,
  throwawayFolder,
} from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { type Laboratory, type Suite, type Verdict, withJudge } from 'rls-judge/mutants/judge.ts'
import type { Mutant } from 'rls-judge/mutants/operator.ts'
import { embeddedHome } from '../../db/embedded.ts'
import { makeLaboratory } from '../../db/mutants/laboratory.ts'
import { inRoot } from '../../db/paths.ts'
import { ATTACKS } from '../support/attacks.ts'

const embedded = embeddedHome(() => {})

let cluster: ThrowawayServer
let laboratory: Laboratory

before(async () => {
  cluster = await startThrowawayServer(embedded, 'mutants', { autovacuum: 'off' })
  laboratory = await makeLaboratory(cluster.server, ATTACKS)
})

after(() => cluster.remove())

const judge = (mutant: Mutant): Promise<Verdict> => withJudge(laboratory, (each) => each(mutant))

const mutant = (sql: string, undo?: string): Mutant => ({
  operator: 'test',
  subject: sql,
  objects: [],
  sql,
  ...(undo === undefined ? {} : { undo }),
})

/** Names of databases on the server, by a query. */
async function names(query: string): Promise<string[]> {
  return withOwnerClient(cluster.server, async (client) => {
    const { rows } = await client.query<{ name: string }>(query)
    return rows.map(({ name }) => name)
  })
}

test('a mutant without effect survives the whole suite', async () => {
  const { killed, by } = await judge(mutant('select 1'))
  assert.equal(by, undefined)
  assert.equal(killed, false)
})

test('a mutant that opens a table is killed, and the check that killed it is reported', async () => {
  const verdict = await judge(mutant('alter table public.documents disable row level security'))
  assert.equal(verdict.killed, true)
  assert.match(verdict.by ?? '', /^packages\/rls-judge\/src\/.+: .+/)
})

test('a mutant that the catalog checks miss is killed by the rest of the suite', async () => {
  const verdict = await judge(
    mutant('alter table public.documents drop constraint documents_file_size_check'),
  )
  assert.match(verdict.by ?? '', /^tests\/schema\/documents\.sql: .+/)
})

test('a mutant that passes the catalog checks is created again for the whole suite, and reverted if it belongs to the server', async () => {
  const seen: string[] = []
  const superusers = async (client: pg.Client) => {
    const { rows } = await client.query<{ names: string }>(
      "select coalesce(string_agg(rolname, ' '), 'none') as names from pg_roles where rolsuper and rolname = 'anon'",
    )
    return rows[0]?.names ?? ''
  }
  const suite: Suite = {
    catalog: async (client) => {
      seen.push(`catalog: ${await superusers(client)}`)
      return undefined
    },
    whole: async (database) => {
      seen.push(`whole: ${await withOwnerClient(database, superusers)}`)
      return 'found'
    },
  }
  const verdict = await withJudge({ ...laboratory, suite }, (each) =>
    each(mutant('alter role anon superuser', 'alter role anon nosuperuser')),
  )
  assert.equal(verdict.by, 'found')
  assert.deepEqual(seen, ['catalog: anon', 'whole: anon'])
  assert.equal(await withOwnerClient(cluster.server, superusers), 'none')
})

test('a mutant that breaks the suite itself is killed', async () => {
  assert.equal((await judge(mutant('drop schema auth cascade'))).killed, true)
})

test('a mutant on which the suite does not end is killed, and the verdict says so', async () => {
  const waits: Suite = {
    catalog: async () => undefined,
    whole: (database) =>
      withOwnerClient(database, async (client) => {
        await client.query('select pg_sleep(600)')
        return undefined
      }),
  }
  const verdict = await withJudge({ ...laboratory, suite: waits, limitMs: 2_000 }, (each) =>
    each(mutant('select 1')),
  )
  assert.deepEqual([verdict.killed, verdict.by], [true, 'the suite did not end within 2 s'])
})

test('a mutant that cannot be created is an error', async () => {
  await assert.rejects(judge(mutant('alter table public.nothing disable row level security')), {
    name: 'Failure',
    exitCode: 1,
    message: /does not apply: .*nothing.* \(42P01\)/,
  })
})

test('a mutant of a role is killed and reverted', async () => {
  const verdict = await judge(mutant('alter role anon bypassrls', 'alter role anon nobypassrls'))
  assert.equal(verdict.killed, true)
  assert.deepEqual(
    await names("select rolname as name from pg_roles where rolname = 'anon' and rolbypassrls"),
    [],
  )
})

test('no clone stays', async () => {
  assert.deepEqual(await names("select datname as name from pg_database where datname like 'mutant_%'"), [])
})

/** A run of the command, after its server has started. */
async function started() {
  const child = spawn('node', ['--import', 'tsx', 'scripts/mutants.ts'], {
    cwd: inRoot(),
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    stdio: 'ignore',
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const home = throwawayFolder(embedded, 'mutants', child.pid ?? 0, 1)
  const deadline = Date.now() + 60_000
  while (!readPostmaster(`${home}/data`)?.ready && Date.now() < deadline) await sleep(20)
  return { child, exited, home }
}

test('an interrupted run removes its server and exits with 130', async () => {
  const { child, exited, home } = await started()
  // The signal handler is installed before the template is built.
  while (readdirSync(`${home}/data/base`).length < 5) await sleep(20)
  child.kill('SIGINT')
  assert.equal(await exited, 130)
  assert.equal(existsSync(home), false)
})

test('the next run removes what a killed run left', async () => {
  const { child, exited, home } = await started()
  child.kill('SIGKILL')
  await exited
  assert.equal(existsSync(home), true)
  const next = await startThrowawayServer(embedded, 'mutants', { autovacuum: 'off' })
  assert.equal(existsSync(home), false)
  await next.remove()
})
