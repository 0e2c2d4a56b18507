import { progressBar } from 'command-line/progress.ts'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { growthOf, ratiosOf, verdicts } from '../bench/operations/compare.ts'
import { measureOperations } from '../bench/operations/measure.ts'
import { writeResults } from '../bench/results-file.ts'
import { findTarget, maintenance } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

await runCommand(async () => {
  const rows = wholeNumber('ROWS', process.env.ROWS || 100_000, 10_000)
  const server = maintenance(await findTarget(say))
  const measure = (size: number) =>
    withThrowawayDatabase(server, (database) =>
      measureOperations(database, size, progressBar('rows'), progressBar('operations', { lines: true })),
    )
  const from = rows / 10
  const measurements = [...(await measure(from)), ...(await measure(rows))]
  const ratios = ratiosOf(measurements)
  const growth = growthOf(measurements, from, rows)
  const targets = verdicts(ratios, growth)
  for (const { target, met, worst } of targets) say(`${met ? 'met   ' : 'MISSED'} ${target}: ${worst}`)
  writeResults(`operations_${rows}`, { targets, measurements, ratios, growth })
})
