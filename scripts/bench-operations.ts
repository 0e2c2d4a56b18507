import { progressBar } from 'command-line/progress.ts'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { growthOf, ratiosOf, verdicts } from '../bench/operations/compare.ts'
import { environmentOf } from '../bench/operations/environment.ts'
import { measureOperations } from '../bench/operations/measure.ts'
import { withBenchServer } from '../bench/operations/server.ts'
import { readBoth, writeOperations } from '../bench/results-file.ts'

await runCommand(async () => {
  const rows = wholeNumber('ROWS', process.env.ROWS || 100_000, 20_000)
  const from = 10_000
  await withBenchServer(say, async (server) => {
    const measurements = await measureOperations({
      server,
      sizes: [from, rows],
      filled: progressBar('rows'),
      measured: progressBar('steps', { lines: true }),
    })
    const environment = await environmentOf(server.server, [from, rows])
    const [ratios, growth] = [ratiosOf(measurements), growthOf(measurements, from, rows)]
    writeOperations({ environment, measurements, ratios, growth })
    for (const { target, met, figure } of verdicts(measurements, ratios, growth, readBoth().parts)) {
      say(
        `${met === undefined ? '—     ' : met ? 'met   ' : 'MISSED'} ${target}: ${figure || 'not measured'}`,
      )
    }
  })
  say('\nThe figures are in bench/results.json, as tables in bench/report.md and as pictures in bench/plots')
})
