import { progressBar } from 'command-line/progress.ts'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { writeResults } from '../bench/results-file.ts'
import { benchSearch, type Timing } from '../bench/search/search.ts'
import { findTarget, maintenance } from '../db/target.ts'

const DEFAULT_ROWS = 200_000

await runCommand(async () => {
  const rows = wholeNumber('ROWS', process.env.ROWS || DEFAULT_ROWS, 1000)
  const target = await findTarget(say)
  const results = await benchSearch(maintenance(target), rows, say, progressBar('rows'))
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
