import { runCommand } from 'command-line/run-command.ts'
import { say, sayAside } from 'command-line/terminal.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { findTarget } from '../db/target.ts'
import { makeToken } from '../db/token.ts'

await runCommand({ allowPositionals: true }, async ({ positionals }) => {
  const [user] = positionals
  if (!user) throw usageError('usage: make -s token user=<account id or email>')
  say(await makeToken(await findTarget(sayAside), user))
})
