import { progressBar } from 'command-line/progress.ts'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { growthOf, ratiosOf, verdicts } from '../bench/operations/compare.ts'
import { environmentOf } from '../bench/operations/environment.ts'
import { measureOperations } from '../bench/operations/measure.ts'
import { readBoth, writeOperations } from '../bench/results-file.ts'
import { findTarget, maintenance } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

await runCommand(async () => {
  const rows = wholeNumber('ROWS', process.env.ROWS || 100_000, 20_000)
  const server = maintenance(await findTarget(say))
  const measure = (size: number) =>
    withThrowawayDatabase(server, (database) =>
      measureOperations(database, size, progressBar('rows'), progressBar('operations', { lines: true })),
    )
  const from = 10_000
  const measurements = [...(await measure(from)), ...(await measure(rows))]
  const ratios = ratiosOf(measurements)
  const growth = growthOf(measurements, from, rows)
  writeOperations({ environment: await environmentOf(server, [from, rows]), measurements, ratios, growth })
  for (const { target, met, figure } of verdicts(measurements, ratios, growth, readBoth().parts)) {
    say(`${met === undefined ? '—     ' : met ? 'met   ' : 'MISSED'} ${target}: ${figure || 'not measured'}`)
  }
  say('\nThe figures are in bench/results.json, as tables in bench/report.md and as pictures in bench/plots')
})
