import { randomInt } from 'node:crypto'
import { progressBar } from 'command-line/progress.ts'
import { runCommand } from 'command-line/run-command.ts'
import { clearStatus, duration, say } from 'command-line/terminal.ts'
import { withDatabase } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { findScratch } from '../../db/scratch.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'
import { fuzz } from './fuzz.ts'

await runCommand(async () => {
  const seed = wholeNumber('SEED', process.env.SEED || randomInt(2 ** 31))
  const statements = wholeNumber('STATEMENTS', process.env.STATEMENTS || 50_000)
  const target = await findScratch(say)
  const stop = new AbortController()
  const show = progressBar('statements')
  process.once('SIGINT', () => stop.abort())
  say(`SEED=${seed}`)
  const start = performance.now()
  const result = await withThrowawayDatabase(target.owner, (owner) =>
    fuzz({
      owner,
      app: withDatabase(target.app, owner.database),
      seed,
      statements,
      signal: stop.signal,
      progress: (count) => show(count, statements),
    }),
  )
  clearStatus()
  const effort = `${result.statements} statements in ${result.runs} runs, ${duration(performance.now() - start)}`
  if (result.difference) {
    say(result.difference.script)
    throw failed(
      `the database and the model differ (${effort}). Again: SEED=${result.difference.seed} make fuzz`,
    )
  }
  say(`${effort}: no difference`)
  if (stop.signal.aborted) process.exitCode = 130
})
