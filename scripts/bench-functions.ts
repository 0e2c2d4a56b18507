import { runCommand } from 'command-line/run-command.ts'
import { colour, say } from 'command-line/terminal.ts'
import { benchFunctions } from '../bench/functions/functions.ts'
import { writeResults } from '../bench/results-file.ts'
import { findTarget } from '../db/target.ts'

await runCommand(async () => {
  const results = await benchFunctions(await findTarget(say), (line) => say(colour('dim', line)))
  const { load, single } = results
  say(
    `${load.requests} requests at ${load.concurrency} at a time: ${load.errors} errors, p50 ${load.p50} ms,`,
  )
  say(
    `  p99 ${load.p99} ms, ${load.requestsPerSecond} a second; connections left: ${results.connectionsLeft}`,
  )
  say(`one at a time: ${single.withToken} ms with a token, of which ${single.verification} ms verify it`)
  say(`cold start: ${results.coldStart} ms`)
  writeResults('functions', results)
})
