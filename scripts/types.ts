import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { findStale, writeGenerated } from 'type-contract/files.ts'
import { generateTypes } from 'type-contract/generate.ts'
import { findTarget } from '../db/target.ts'
import { TYPES_OUTPUT, TYPES_SETTINGS } from '../db/types-settings.ts'

await runCommand({ options: { check: { type: 'boolean' } } }, async ({ values }) => {
  const target = await findTarget(say)
  const files = await generateTypes(target.owner, TYPES_SETTINGS)
  if (!values.check) {
    const written = writeGenerated(files, TYPES_OUTPUT)
    say(written.length === 0 ? 'types/ is up to date' : `types/ was refreshed: ${written.join(', ')}`)
    return
  }
  const stale = findStale(files, TYPES_OUTPUT)
  if (stale.length === 0) return say('types/ is fresh')
  // Loaded here, because only stale types need it.
  const { showStale } = await import('type-contract/show-stale.ts')
  say(showStale(stale))
  throw failed(`types/ differs from ${target.owner.name}: run "make types" and commit the change`)
})
