import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startCluster } from '../test/support/cluster.ts'
import { createDatabase, query } from '../test/support/database.ts'

/**
 * Compares with pg_prove: the same files, the same server, both programs in turns. Prints the table and writes
 * bench/results.json. `--suite FOLDER --suite-url URL` adds a suite of yours (with pgTAP in that database);
 * `--exclude REGEX` leaves out files that only others include.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '9' },
    suite: { type: 'string' },
    'suite-url': { type: 'string' },
    exclude: { type: 'string' },
  },
})
const runs = Number(values.runs)
const cli = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url))
const resultsFile = fileURLToPath(new URL('./results.json', import.meta.url))

type Finished = {
  readonly ms: number
  readonly output: string
  readonly code: number | null
  readonly peakMb: number
}

/** VmHWM, the kernel's own high-water mark: read while the process lives, since it is gone with it. */
async function watchMemory(child: ChildProcess): Promise<number> {
  let peak = 0
  while (child.exitCode === null && child.signalCode === null) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
    await new Promise((done) => setTimeout(done, 25))
  }
  return peak / 1024
}

/** Output goes to a file: a reader of a pipe would be woken for every line, and take a core from what is measured. */
async function finish(
  program: string,
  args: readonly string[],
  cwd: string,
  memory = false,
): Promise<Finished> {
  const output = join(folder, 'output')
  const file = openSync(output, 'w')
  const started = performance.now()
  const child = spawn(program, args, { cwd, stdio: ['ignore', file, 'ignore'] })
  const watched = memory ? watchMemory(child) : Promise.resolve(0)
  const code = await new Promise<number | null>((done) => child.once('close', done))
  const ms = performance.now() - started
  closeSync(file)
  return { ms, output: (await readFile(output, 'utf8')).slice(-10_000), code, peakMb: await watched }
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
const hasProve = (() => {
  try {
    execFileSync('pg_prove', ['--version'])
    execFileSync('psql', ['--version'])
    return true
  } catch {
    return false
  }
})()

async function writeFiles(folder: string, files: number, assertions: number): Promise<void> {
  await mkdir(folder, { recursive: true })
  const body = Array.from({ length: assertions }, (_, i) => `select is(${i}, ${i}, 'number ${i}');`).join(
    '\n',
  )
  for (let i = 0; i < files; i++) {
    await writeFile(
      join(folder, `t${String(i).padStart(4, '0')}.sql`),
      `begin;\nselect plan(${assertions});\n${body}\nselect * from finish();\nrollback;\n`,
    )
  }
}

/** `server`: both halves of the files, each in one session of psql, which prints to nobody: what no runner can save. */
type Comparison = {
  readonly ours: number[]
  readonly theirs: number[]
  readonly server: number[]
  readonly tests: number
}

async function compare(url: string, folder: string): Promise<Comparison> {
  const { hostname, port, username, pathname, password } = new URL(url)
  const found = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.sql')).sort()
  const names = values.exclude ? found.filter((name) => !new RegExp(values.exclude ?? '').test(name)) : found
  const ours: number[] = []
  const theirs: number[] = []
  const server: number[] = []
  let tests = 0
  for (let run = 0; run <= runs; run++) {
    const here = await finish(process.execPath, [cli, '--url', url, '--jobs', '2', ...names], folder)
    tests = Number(/^(\d+) passed, 0 failed$/m.exec(here.output)?.[1])
    if (here.code !== 0 || !tests) throw new Error(`the files do not pass: ${here.output}`)
    // Not among the arguments: those show in the list of processes.
    if (password) process.env.PGPASSWORD = decodeURIComponent(password)
    const place = ['-h', hostname, '-p', port, '-U', username, '-d', pathname.slice(1)]
    const there = hasProve ? await finish('pg_prove', [...place, '-j', '2', ...names], folder) : undefined
    if (there && !new RegExp(`Tests=${tests},`).test(there.output))
      throw new Error(`pg_prove counts otherwise: ${there.output}`)
    const halves = [0, 1].map((half) =>
      names.filter((_, i) => i % 2 === half).flatMap((name) => ['-f', name]),
    )
    const alone = hasProve
      ? await Promise.all(halves.map((half) => finish('psql', ['-qAtX', ...place, ...half], folder)))
      : []
    // The first round warms the server's and the disk's caches.
    if (run === 0) continue
    ours.push(here.ms)
    if (!there) continue
    theirs.push(there.ms)
    server.push(Math.max(...alone.map(({ ms }) => ms)))
  }
  return { ours, theirs, server, tests }
}

const row = (name: string, target: string, measured: string) =>
  console.log(`| ${name} | ${target} | ${measured} |`)
function report(name: string, { ours, theirs, server, tests }: Comparison): void {
  if (theirs.length === 0) {
    row(name, '≥ 3 times faster', 'skipped: pg_prove is not installed')
    return
  }
  const [fast, slow, least] = [median(ours), median(theirs), median(server)]
  row(
    name,
    '≥ 3 times faster',
    `${(slow / fast).toFixed(2)} times (${fast.toFixed(0)} ms against ${slow.toFixed(0)} ms, ${tests} tests, medians of ${runs}; the server alone takes ${least.toFixed(0)} ms, so at most ${(slow / least).toFixed(2)} times)`,
  )
}

const cluster = await startCluster()
const folder = await mkdtemp(join(tmpdir(), 'pgtap-runner-bench-'))
const database = await createDatabase(cluster.url)
try {
  await writeFiles(join(folder, 'forty'), 40, 25)
  await writeFiles(join(folder, 'hundred'), 100, 100)
  await writeFiles(join(folder, 'thousand'), 1_000, 100)
  console.log('| | target | measured |\n| --- | --- | --- |')
  const forty = await compare(database.url, join(folder, 'forty'))
  report('against `pg_prove -j 2`, 40 files × 25 assertions, whole process', forty)
  const suite =
    values.suite && values['suite-url']
      ? await compare(values['suite-url'], resolve(values.suite))
      : undefined
  if (suite) report(`${values.suite}, whole process`, suite)
  const hundred = await finish(
    process.execPath,
    [cli, '--url', database.url, '--jobs', '2', '.'],
    join(folder, 'hundred'),
    true,
  )
  const thousand = await finish(
    process.execPath,
    [cli, '--url', database.url, '--jobs', '2', '.'],
    join(folder, 'thousand'),
    true,
  )
  if (!thousand.output.endsWith('100000 passed, 0 failed\n')) throw new Error(thousand.output)
  row(
    'peak memory, 1,000 files × 100 assertions',
    '< 150 MB, flat',
    `${thousand.peakMb.toFixed(0)} MB (100 files: ${hundred.peakMb.toFixed(0)} MB)`,
  )
  const [version] = await query(database.url, 'show server_version')
  const results = {
    date: new Date().toISOString(),
    node: process.version,
    postgres: version?.server_version,
    cores: cpus().length,
    load: loadavg()[0],
    runs,
    forty,
    ...(suite && { suite }),
    peakMb: { hundred: hundred.peakMb, thousand: thousand.peakMb },
  }
  const rounded = JSON.stringify(
    results,
    (_, value) => (typeof value === 'number' ? Math.round(value) : value),
    2,
  )
  await writeFile(
    resultsFile,
    `${rounded.replace(/\[[^[\]]*\]/g, (list) => list.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'))}\n`,
  )
} finally {
  await database.drop()
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
}
