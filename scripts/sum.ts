import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { checkSum, writeSum } from '../db/migrations/integrity/sum.ts'
import { checkSupabaseFiles, writeSupabaseFiles } from '../db/migrations/supabase-files.ts'

await runCommand({ options: { check: { type: 'boolean' } } }, async ({ values }) => {
  if (values.check) {
    checkSum()
    await checkSupabaseFiles()
    say('migrations/migrations.sum and supabase/migrations are fresh')
    return
  }
  say(
    writeSum() ? 'migrations/migrations.sum was rewritten: commit it' : 'migrations/migrations.sum is fresh',
  )
  say(
    (await writeSupabaseFiles())
      ? 'supabase/migrations was rewritten: commit it'
      : 'supabase/migrations is fresh',
  )
})
