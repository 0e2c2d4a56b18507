import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { runMatrix } from '../db/checks/matrix.ts'

await runCommand({}, async () => {
  const broken = runMatrix(say)
  if (broken.length > 0) throw failed(`failed on PostgreSQL ${broken.join(', ')}`)
  say('Passed on every major')
})
