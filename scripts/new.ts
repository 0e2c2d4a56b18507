import { relative } from 'node:path'
import { runCommand } from 'command-line/run-command.ts'
import { colour, say } from 'command-line/terminal.ts'
import { readChange } from '../db/new/change.ts'
import { makeMigration } from '../db/new/make-migration.ts'
import { inRoot } from '../db/paths.ts'

await runCommand(
  {
    options: {
      empty: { type: 'boolean' },
      column: { type: 'string' },
      check: { type: 'string' },
      function: { type: 'string' },
      rows: { type: 'string' },
      owner: { type: 'string' },
    },
    allowPositionals: true,
  },
  async ({ values, positionals }) => {
    const files = await makeMigration(positionals[0] ?? '', readChange(values))
    for (const { path, what } of files) say(`${colour('green', what)} ${relative(inRoot(), path)}`)
    say('Next: edit them, then "make migrate types accept test-rls"')
  },
)
