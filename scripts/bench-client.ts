import { runCommand } from 'command-line/run-command.ts'
import { colour, say } from 'command-line/terminal.ts'
import { benchClient } from '../bench/client/client.ts'
import { writeResults } from '../bench/results-file.ts'
import { findTarget } from '../db/target.ts'

await runCommand(async () => {
  const results = await benchClient(await findTarget(say), (line) => say(colour('dim', line)))
  for (const [latency, costs] of Object.entries(results.costs)) {
    say(`\n${latency} of added latency\n    median  ratio  round trips`)
    for (const { call, median, ratio, roundTrips } of costs) {
      say(`${`${median} ms`.padStart(10)} ${`${ratio}`.padStart(6)} ${`${roundTrips}`.padStart(12)}  ${call}`)
    }
  }
  const { unnest, values } = results.chunks
  say(`\nChunks inserted a second: ${unnest} from arrays (insertChunks), ${values} as values`)
  writeResults('client', results)
})
