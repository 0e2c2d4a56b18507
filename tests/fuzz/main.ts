import { randomInt } from 'node:crypto'
import { withDatabase } from 'postgres-kit/connection-string.ts'
import { failed, misuse } from 'postgres-kit/failure.ts'
import { prepareEmbeddedDatabase } from '../../db/prepare-embedded.ts'
import { findTarget } from '../../db/target.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'
import { duration, runCommand, say } from '../../scripts/cli.ts'
import { fuzz } from './fuzz.ts'

await runCommand(async () => {
  const seed = wholeNumber('SEED', randomInt(2 ** 31))
  const statements = wholeNumber('STATEMENTS', 50_000)
  const target = await findTarget(say)
  await prepareEmbeddedDatabase(target)
  const stop = new AbortController()
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
      progress: (count) => {
        if (process.stdout.isTTY) process.stdout.write(`\r${count} of ${statements} statements`)
      },
    }),
  )
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K')
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

function wholeNumber(name: string, otherwise: number): number {
  const text = process.env[name]
  if (text === undefined || text === '') return otherwise
  if (!/^\d{1,10}$/.test(text)) throw misuse(`${name} is "${text}": give a whole number`)
  return Number(text)
}
