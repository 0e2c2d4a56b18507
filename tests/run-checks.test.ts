import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Check, type Result, runChecks } from 'command-line/checks/run-checks.ts'
import { isProcessAlive } from 'postgres-kit/process-alive.ts'
import { until } from './migrations/databases.ts'

const WAIT = 'setInterval(() => {}, 1000)'

test('a check succeeds if its program exits with 0, and its output is kept', async () => {
  const [good, bad] = await run([node('good', 'console.log("done")'), node('bad', 'process.exit(3)')])
  assert.deepEqual([good?.ok, good?.output], [true, 'done\n'])
  assert.equal(bad?.ok, false)
})

test('a program that cannot be started fails with the reason', async () => {
  const [result] = await run([{ name: 'none', command: ['/nowhere/program'] }])
  assert.equal(result?.ok, false)
  assert.match(result?.output ?? '', /ENOENT/)
})

test('a check that does not end is stopped at the limit with all that it started, and the others go on', async () => {
  const results = await run([node('waits', starts(WAIT, WAIT)), node('good', '')], { limit: 2_000 })
  const [waits, good] = results
  assert.equal(waits?.ok, false)
  assert.match(waits?.output ?? '', /^stopped: it took longer than 2\.00 s$/m)
  await ended(started(waits))
  assert.equal(good?.ok, true)
})

test('a process that ignores the request to end is killed', async () => {
  const ignores = `process.on('SIGTERM', () => {}); ${WAIT}`
  const [result] = await run([node('ignores', ignores)], { limit: 1_000 })
  assert.equal(result?.ok, false)
  assert.match(result?.output ?? '', /^stopped: it took longer than 1\.00 s$/m)
})

test('a check whose program ends but leaves a process that holds its output has failed', async () => {
  const [result] = await run([node('leaves', starts(WAIT, 'child.unref()'))])
  assert.equal(result?.ok, false)
  assert.match(
    result?.output ?? '',
    /^stopped: it has ended, but a process that it started is still running$/m,
  )
  await ended(started(result))
})

test('when checks are interrupted, the one that runs says so and no other starts', async () => {
  const interrupted = new AbortController()
  setTimeout(() => interrupted.abort(), 1_000)
  const results = await run([node('waits', WAIT), node('next', '')], { jobs: 1, signal: interrupted.signal })
  assert.deepEqual(
    results.map(({ check, ok, output }) => ({ name: check.name, ok, output })),
    [{ name: 'waits', ok: false, output: '\nstopped: interrupted\n' }],
  )
})

/** Results in the order of the checks. */
async function run(
  checks: readonly Check[],
  { limit = 60_000, jobs = 2, signal = new AbortController().signal } = {},
): Promise<Result[]> {
  const results = await runChecks(
    checks,
    () => 1,
    () => {},
    { cwd: process.cwd(), jobs, limit, signal },
  )
  return results.toSorted((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check))
}

/** A check that runs this program. */
const node = (name: string, program: string): Check => ({
  name,
  command: [process.execPath, '--input-type=module', '--eval', program],
})

/** A program that starts another with the same output, prints its process number and goes on. */
const starts = (other: string, then: string) => `
  import { spawn } from 'node:child_process'
  const child = spawn(process.execPath, ['--eval', ${JSON.stringify(other)}], { stdio: 'inherit' })
  console.log('started ' + child.pid)
  ${then}`

function started(result: Result | undefined): number {
  const found = /^started (\d+)$/m.exec(result?.output ?? '')?.[1]
  assert.ok(found, result?.output)
  return Number(found)
}

const ended = (pid: number) => until(`process ${pid} is gone`, async () => !isProcessAlive(pid), 10_000)
