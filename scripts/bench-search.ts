import { misuse } from 'postgres-kit/failure.ts'
import { writeResults } from '../bench/results-file.ts'
import { benchSearch, type Timing } from '../bench/search/search.ts'
import { findTarget, maintenance } from '../db/target.ts'
import { runCommand, say } from './cli.ts'

const DEFAULT_ROWS = 200_000

await runCommand(async () => {
  const rows = Number(process.env.ROWS || DEFAULT_ROWS)
  if (!Number.isInteger(rows) || rows < 1000)
    throw misuse('ROWS is the number of chunks: a whole number from 1000')
  const target = await findTarget(say)
  const results = await benchSearch(maintenance(target), rows, say, showProgress)
  say(`${results.rows} chunks of ${results.users} users, top 10, ${results.calls} calls each`)
  show('A user with an equal share of the rows', results.ordinaryUser)
  if (results.largeUser) show('A user with 200,000 of them', results.largeUser)
  writeResults(rows === DEFAULT_ROWS ? 'search' : `search_${rows}`, results)
})

function show(title: string, timings: readonly Timing[]): void {
  say(`\n${title}\n${'median'.padStart(10)} ${'p95'.padStart(10)}`)
  for (const { design, median, p95 } of timings) {
    say(`${`${median} ms`.padStart(10)} ${`${p95} ms`.padStart(10)}  ${design}`)
  }
}

function showProgress(done: number, of: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${done === of ? '' : `${done} of ${of} rows`}`)
}
