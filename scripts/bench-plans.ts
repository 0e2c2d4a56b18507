import { progressBar } from 'command-line/progress.ts'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { benchPlans, type PlanTiming } from '../bench/plans/plans.ts'
import { writeResults } from '../bench/results-file.ts'
import { findTarget, maintenance } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

const DEFAULT_ROWS = 100_000
const AVERAGE = 240

await runCommand(async () => {
  const rows = wholeNumber('ROWS', process.env.ROWS || DEFAULT_ROWS, 1000)
  const average = wholeNumber('AVERAGE', process.env.AVERAGE || AVERAGE, 1)
  if (average > rows / 10)
    throw usageError(`AVERAGE is ${average}, the chunks of an ordinary user: give at most a tenth of ROWS`)
  const target = await findTarget(say)
  const results = await withThrowawayDatabase(maintenance(target), (database) =>
    benchPlans(database, rows, average, progressBar('rows')),
  )
  say(`${rows} chunks, ${average} of each user and a fifth of all of one, who comes after six others`)
  show('The large user', results.largeUser)
  show('A user with the average', results.ordinaryUser)
  writeResults(`plans_${rows}_${average}`, results)
})

function show(title: string, timings: readonly PlanTiming[]): void {
  say(`\n${title}\n   matches       ours      floor  ratio`)
  for (const { query, matches, ours, floor, ratio } of timings) {
    say(
      `${String(matches).padStart(10)} ${`${ours} ms`.padStart(10)} ${`${floor} ms`.padStart(10)} ${String(ratio).padStart(6)}  ${query}`,
    )
  }
}
