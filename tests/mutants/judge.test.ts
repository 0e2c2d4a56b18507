import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readPostmaster } from 'postgres-kit/embedded/postmaster.ts'
import { startThrowawayServer, type ThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { judge, type Laboratory } from 'rls-judge/mutants/judge.ts'
import { embeddedHome } from '../../db/embedded.ts'
import { inRoot } from '../../db/paths.ts'
import { BOOTSTRAP } from '../../db/platforms/bootstrap.ts'
import { projectOf } from '../../db/project.ts'
import { ensureTemplate } from '../../db/throwaway.ts'

const usual = embeddedHome(() => {})
const folder = dirname(usual.folder)

let cluster: ThrowawayServer
let laboratory: Laboratory

before(async () => {
  cluster = await startThrowawayServer(usual, 'mutants', { autovacuum: 'off' })
  laboratory = {
    server: cluster.server,
    template: await ensureTemplate(cluster.server),
    project: await projectOf(BOOTSTRAP, inRoot('tests', 'attacks')),
  }
})

after(() => cluster.remove())

const mutant = (sql: string, undo?: string) => ({
  operator: 'test',
  subject: sql,
  sql,
  ...(undo === undefined ? {} : { undo }),
})

/** Names of the databases that the query finds on the server. */
async function names(query: string): Promise<string[]> {
  return withOwnerClient(cluster.server, async (client) => {
    const { rows } = await client.query<{ name: string }>(query)
    return rows.map(({ name }) => name)
  })
}

test('a mutant that changes nothing survives the whole suite', async () => {
  assert.equal((await judge(laboratory, mutant('select 1'))).killed, false)
})

test('a mutant that opens a table is killed, and the check that did it is named', async () => {
  const verdict = await judge(laboratory, mutant('alter table public.documents disable row level security'))
  assert.equal(verdict.killed, true)
  assert.match(verdict.by ?? '', /^packages\/rls-judge\/src\/.+: .+/)
})

test('a mutant that the suite breaks on is killed', async () => {
  assert.equal((await judge(laboratory, mutant('drop schema auth cascade'))).killed, true)
})

test('a mutant that cannot be made is an error and proves nothing', async () => {
  await assert.rejects(judge(laboratory, mutant('alter table public.nothing disable row level security')), {
    name: 'Failure',
    exitCode: 1,
    message: /does not apply: .*nothing.* \(42P01\)/,
  })
})

test('a mutant of a role is killed and taken back', async () => {
  const verdict = await judge(laboratory, mutant('alter role anon bypassrls', 'alter role anon nobypassrls'))
  assert.equal(verdict.killed, true)
  assert.deepEqual(
    await names("select rolname as name from pg_roles where rolname = 'anon' and rolbypassrls"),
    [],
  )
})

test('no clone stays', async () => {
  assert.deepEqual(
    await names("select datname as name from pg_database where datname like 'centrid_mutant_%'"),
    [],
  )
})

/** A run of the command itself, once its server is there. */
async function started() {
  const child = spawn('node', ['--import', 'tsx', 'scripts/mutants.ts'], {
    cwd: inRoot(),
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    stdio: 'ignore',
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const home = `${folder}/mutants-${child.pid}-1`
  const deadline = Date.now() + 60_000
  while (!readPostmaster(`${home}/data`)?.ready && Date.now() < deadline) await sleep(20)
  return { child, exited, home }
}

test('a run that is interrupted removes its server and exits with 130', async () => {
  const { child, exited, home } = await started()
  // its handler is there once the template is being made
  while (readdirSync(`${home}/data/base`).length < 5) await sleep(20)
  child.kill('SIGINT')
  assert.equal(await exited, 130)
  assert.equal(existsSync(home), false)
})

test('what a run leaves that was killed is removed by the next', async () => {
  const { child, exited, home } = await started()
  child.kill('SIGKILL')
  await exited
  assert.equal(existsSync(home), true)
  const next = await startThrowawayServer(usual, 'mutants', { autovacuum: 'off' })
  assert.equal(existsSync(home), false)
  await next.remove()
})
