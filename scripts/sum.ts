import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { checkSum, writeSum } from '../db/migrations/integrity/sum.ts'

await runCommand({ options: { check: { type: 'boolean' } } }, async ({ values }) => {
  if (values.check) {
    checkSum()
    say('migrations/migrations.sum is fresh')
    return
  }
  say(
    writeSum() ? 'migrations/migrations.sum was rewritten: commit it' : 'migrations/migrations.sum is fresh',
  )
})
