import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { type ConnectionString, parseConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { failed, messageOf } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase } from 'postgres-kit/throwaway.ts'
import { TABLES } from '../../db/access.ts'
import { bootstrap } from '../../db/bootstrap.ts'
import { listMigrations } from '../../db/migrations/files.ts'
import { inRoot } from '../../db/paths.ts'
import { quantile, rounded } from '../statistics.ts'
import { pendingDatabases } from './all-pending.ts'
import { PEERS, type Peer, writeProject } from './peers.ts'
import { type Run, timed } from './run.ts'

/** Seconds of whole processes, medians of RUNS. */
export interface CliResults {
  runs: number
  /** Runnable processes during the benchmark, including its own. Above the number of cores, absolute times are too long. */
  load: number
  /** After npm's install; includes initdb, bundling and all migrations. */
  coldMigrate: number
  /** A run without pending migrations by each tool, in turns. */
  nothingPending: Record<string, number>
  /** All migrations on a database that has none, as in a deploy. */
  allPending: Record<string, number>
  types: Record<string, number>
  testRls: number
  /** Peers that could not be installed or set up, and why. */
  missing: Record<string, string>
}

/** A command that is measured in turns with the others. */
interface Contender {
  name: string
  run(): Run
}

/** A command that gets a new database for each run. */
interface Deploying {
  name: string
  run(database: ConnectionString): Run
}

const RUNS = 5

/**
 * Measures the commands in a fresh clone of the last commit, with its own server, and other tools that do the
 * same work on the same server.
 */
export async function benchCli(log: (line: string) => void): Promise<CliResults> {
  const folder = mkdtempSync(`${tmpdir()}/centrid-bench-`)
  // If root runs this, the embedded server runs as another system user.
  chmodSync(folder, 0o755)
  const clone = `${folder}/clone`
  try {
    log('Cloning the last commit and installing its packages')
    timed('git', ['clone', '--quiet', inRoot(), clone], folder)
    make(clone, 'node_modules/.package-lock.json')
    return await measure(folder, clone, log)
  } finally {
    if (existsSync(`${clone}/node_modules`)) make(clone, 'stop')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string, clone: string, log: (line: string) => void): Promise<CliResults> {
  log('make migrate, cold')
  const cold: number[] = []
  for (let run = 0; run < RUNS; run++) {
    make(clone, 'stop')
    rmSync(`${clone}/.embedded`, { recursive: true, force: true })
    rmSync(`${clone}/.build`, { recursive: true, force: true })
    cold.push(make(clone, 'migrate').milliseconds)
  }
  const server = parseConnectionString(timed('make', ['-s', 'url'], clone).output.trim())
  const files = listMigrations(`${clone}/migrations`)

  log('Installing the peers')
  const missing: Record<string, string> = {}
  const dbmate = dbmateAlone(clone)
  const contenders: Contender[] = [
    ours(clone),
    { name: 'node .build/migrate.mjs', run: () => saying(/Nothing to migrate/, deploy(clone)) },
    { name: "dbmate's bare binary", run: () => dbmate('migrate', server) },
    { name: 'dbmate status', run: () => dbmate('status', server) },
  ]
  for (const peer of PEERS) {
    try {
      contenders.push(await prepare(peer, `${folder}/${peer.name.split(' ')[0]}`, server, files))
    } catch (error) {
      missing[peer.name] = messageOf(error)
    }
  }
  log('Nothing pending, in turns')
  const nothingPending = inTurns(contenders)
  for (const peer of PEERS) if (!(peer.name in missing)) await checkDone(peer, server, files.length)

  log('All pending, in turns')
  const allPending = await deploysInTurns(server, [
    { name: 'node .build/migrate.mjs', run: (database) => saying(/applied to/, deploy(clone, database)) },
    { name: "dbmate's bare binary", run: (database) => saying(/Applied/, dbmate('migrate', database)) },
  ])

  log('make types, against kysely-codegen alone')
  const types = inTurns([
    { name: 'make types', run: () => make(clone, 'types') },
    { name: 'kysely-codegen', run: () => kyselyCodegen(clone, folder, server) },
  ])

  log('make test-rls')
  const { 'make test-rls': testRls = Number.NaN } = inTurns([
    { name: 'make test-rls', run: () => make(clone, 'test-rls') },
  ])
  const load = rounded(loadavg()[1] ?? Number.NaN)
  return { runs: RUNS, load, coldMigrate: seconds(cold), nothingPending, allPending, types, testRls, missing }
}

/** Runs each command once per round, so that load on the machine affects all of them. */
function inTurns(contenders: readonly Contender[]): Record<string, number> {
  const samples = contenders.map((contender) => {
    // Not timed: warms the caches.
    contender.run()
    return { ...contender, times: [] as number[] }
  })
  for (let round = 0; round < RUNS; round++) {
    for (const { run, times } of samples) times.push(run().milliseconds)
  }
  return Object.fromEntries(samples.map(({ name, times }) => [name, seconds(times)]))
}

/** The same with a new database for each run, which is created before timing starts. */
async function deploysInTurns(
  server: ConnectionString,
  deploying: readonly Deploying[],
): Promise<Record<string, number>> {
  const next = await pendingDatabases(server)
  const samples = deploying.map((each) => ({ ...each, times: [] as number[] }))
  for (let round = 0; round <= RUNS; round++)
    for (const { run, times } of samples) {
      const { milliseconds } = run(await next())
      // The first round warms the caches.
      if (round > 0) times.push(milliseconds)
    }
  return Object.fromEntries(samples.map(({ name, times }) => [name, seconds(times)]))
}

/** The command of "make migrate", without make. */
function deploy(clone: string, database?: ConnectionString): Run {
  const environment: Record<string, string> = database ? { DATABASE_URL: database.url.href } : {}
  return timed(process.execPath, ['.build/migrate.mjs'], clone, environment)
}

function ours(clone: string): Contender {
  return {
    name: 'make migrate',
    run: () => saying(/Nothing to migrate/, make(clone, 'migrate')),
  }
}

function dbmateAlone(clone: string): (command: string, database: ConnectionString) => Run {
  // The binary itself, because npm's wrapper would add a Node process.
  const resolve = "import('dbmate').then((dbmate) => console.log(dbmate.resolveBinary()))"
  const binary = timed(process.execPath, ['-e', resolve], clone).output.trim()
  const args = [
    '--no-dump-schema',
    '--migrations-dir=migrations',
    '--migrations-table=dbmate.schema_migrations',
  ]
  return (command, database) => timed(binary, [...args, command], clone, { DATABASE_URL: database.url.href })
}

/** Installs a peer, creates its database on the same server, and applies all migrations once. */
async function prepare(
  peer: Peer,
  folder: string,
  server: ConnectionString,
  files: ReturnType<typeof listMigrations>,
): Promise<Contender> {
  mkdirSync(folder)
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, dependencies: peer.packages }))
  timed('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder)
  writeProject(folder, peer, files)
  const database = peerDatabase(peer, server)
  await withOwnerClient(server, (client) => createDatabase(client, database.database, 'template0'))
  await withOwnerClient(database, (client) => bootstrap(client))
  const [program, ...args] = peer.command(database.url.href)
  const run = () =>
    timed(`${folder}/node_modules/.bin/${program}`, args, folder, {
      DATABASE_URL: database.url.href,
      HOME: folder,
    })
  run()
  await checkDone(peer, server, files.length)
  return { name: peer.name, run: () => saying(peer.nothingPending, run()) }
}

/** Checks that the peer did the same work: it created every table of the intent, and its ledger contains every file. */
async function checkDone(peer: Peer, server: ConnectionString, expected: number): Promise<void> {
  const wanted = Object.keys(TABLES).length
  await withOwnerClient(peerDatabase(peer, server), async (client) => {
    const ledger = await client.query<{ count: number }>(peer.ledger)
    const tables = await client.query<{ count: number }>(
      `select count(*)::int as count from pg_class
       where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity`,
    )
    const [applied, made] = [ledger.rows[0]?.count, tables.rows[0]?.count]
    if (applied !== expected || made !== wanted) {
      throw failed(
        `${peer.name} is incomplete: ${applied} of ${expected} migrations, ${made} of ${wanted} tables`,
      )
    }
  })
}

function peerDatabase(peer: Peer, server: ConnectionString): ConnectionString {
  return withDatabase(server, `bench ${peer.name}`)
}

function kyselyCodegen(clone: string, folder: string, server: ConnectionString) {
  return timed(
    `${clone}/node_modules/.bin/kysely-codegen`,
    [
      '--dialect=postgres',
      '--default-schema=public',
      '--include-pattern=public.*',
      `--out-file=${folder}/kysely.d.ts`,
    ],
    clone,
    { DATABASE_URL: server.url.href },
  )
}

function make(clone: string, target: string) {
  return timed('make', [target], clone)
}

function saying<T extends { output: string }>(expected: RegExp, run: T): T {
  if (!expected.test(run.output)) throw failed(`expected ${expected}, got: ${run.output.trim()}`)
  return run
}

function seconds(milliseconds: readonly number[]): number {
  return rounded(quantile(milliseconds, 0.5) / 1000)
}
