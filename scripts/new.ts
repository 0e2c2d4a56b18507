import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { makeMigration } from '../db/new/make-migration.ts'
import { inRoot } from '../db/paths.ts'
import { colour, runCommand, say } from './cli.ts'

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    options: { empty: { type: 'boolean' } },
    allowPositionals: true,
  })
  const files = makeMigration(positionals[0] ?? '', values.empty ?? false)
  for (const { path, what } of files) say(`${colour('green', what)} ${relative(inRoot(), path)}`)
  say('Next: edit them, then "make migrate types test-rls"')
})
