import { interruption } from 'command-line/interrupt.ts'
import { runCommand } from 'command-line/run-command.ts'
import { duration, say } from 'command-line/terminal.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { wholeNumber } from 'postgres-kit/whole-number.ts'
import { profileOf } from '../db/bootstrap.ts'
import { testMutants } from '../db/mutants/test-mutants.ts'
import { inRoot } from '../db/paths.ts'
import { readSettings } from '../db/settings.ts'

await runCommand({ options: { changed: { type: 'boolean' } } }, async ({ values }) => {
  const { BASE, FILTER, SAMPLE, SEED } = process.env
  const interrupted = interruption()
  const start = performance.now()
  try {
    await testMutants({
      changed: values.changed === true,
      base: BASE || undefined,
      choice: {
        seed: wholeNumber('SEED', SEED || 1),
        ...(FILTER ? { filter: pattern(FILTER) } : {}),
        ...(SAMPLE ? { sample: wholeNumber('SAMPLE', SAMPLE) } : {}),
      },
      profile: profileOf(readSettings().platform),
      attacks: inRoot('.build', 'attacks'),
      signal: interrupted,
      log: say,
    })
    say(`in ${duration(performance.now() - start)}`)
  } catch (error) {
    if (!interrupted.aborted) throw error
    process.exitCode = 130
  }
})

function pattern(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch {
    throw usageError(`FILTER is "${text}": give a regular expression, for example FILTER='policy: dropped'`)
  }
}
