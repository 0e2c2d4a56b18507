import { parseArgs } from 'node:util'
import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { checkSum, writeSum } from '../db/migrations/integrity/sum.ts'

await runCommand(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean' } } })
  if (values.check) {
    checkSum()
    say('migrations/migrations.sum is fresh')
    return
  }
  say(
    writeSum() ? 'migrations/migrations.sum was rewritten: commit it' : 'migrations/migrations.sum is fresh',
  )
})
