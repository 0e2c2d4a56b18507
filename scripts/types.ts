import { parseArgs } from 'node:util'
import { failed } from '../db/failure.ts'
import { findTarget } from '../db/target.ts'
import { runCommand, say } from './cli.ts'
import { findStale, writeGenerated } from './generate-types/files.ts'
import { generateTypes } from './generate-types/generate.ts'

await runCommand(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean' } } })
  const target = await findTarget(say)
  const files = await generateTypes(target.owner)
  if (!values.check) {
    const written = writeGenerated(files)
    say(written.length === 0 ? 'types/ is up to date' : `types/ was refreshed: ${written.join(', ')}`)
    return
  }
  const stale = findStale(files)
  if (stale.length > 0)
    throw failed(`types/ is stale: ${stale.map(({ path }) => path).join(', ')}. Run "make types" and commit`)
  say('types/ is fresh')
})
