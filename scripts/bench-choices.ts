import { progressBar } from 'command-line/progress.ts'
import { runCommand } from 'command-line/run-command.ts'
import { colour, say } from 'command-line/terminal.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { benchChoices } from '../bench/choices/choices.ts'
import { writeResults } from '../bench/results-file.ts'
import { findTarget, maintenance } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

await runCommand(async () => {
  const rows = wholeNumber('ROWS', process.env.ROWS || 100_000, 20_000)
  const results = await withThrowawayDatabase(maintenance(await findTarget(say)), (database) =>
    benchChoices(database, rows, progressBar('rows'), (line) => say(colour('dim', line))),
  )
  for (const [step, timings] of Object.entries(results.indexes)) {
    for (const { index, median } of timings) line(median, `${step}, ${index}`)
  }
  for (const { design, median, ratio, of_the_best_ten } of results.ranking) {
    line(median, `${design}: ${ratio} × of ranking every match, ${of_the_best_ten} of the best ten`)
  }
  for (const { work, median } of results.predecessors) line(median, work)
  for (const [work, timings] of Object.entries(results.storage)) {
    for (const { storage, megabytes, median } of timings)
      line(median, `${work}, ${storage} (${megabytes} MB)`)
  }
  writeResults('choices', results)
})

function line(median: number, what: string): void {
  say(`${median.toFixed(2).padStart(9)} ms  ${what}`)
}
