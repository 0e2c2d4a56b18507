import { parseArgs } from 'node:util'
import { misuse } from 'postgres-kit/failure.ts'
import { testMutants } from '../db/mutants/test-mutants.ts'
import { duration, runCommand, say } from './cli.ts'

await runCommand(async () => {
  const { values } = parseArgs({ options: { changed: { type: 'boolean' } } })
  const { BASE, FILTER, SAMPLE, SEED } = process.env
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const start = performance.now()
  try {
    await testMutants({
      changed: values.changed === true,
      base: BASE || undefined,
      choice: {
        seed: SEED ? wholeNumber('SEED', SEED) : 1,
        ...(FILTER ? { filter: pattern(FILTER) } : {}),
        ...(SAMPLE ? { sample: wholeNumber('SAMPLE', SAMPLE) } : {}),
      },
      signal: interrupted.signal,
      log: say,
    })
    say(`in ${duration(performance.now() - start)}`)
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    process.exitCode = 130
  }
})

function pattern(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch {
    throw misuse(`FILTER is "${text}": give a regular expression, for example FILTER='policy: dropped'`)
  }
}
