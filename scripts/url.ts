import { runCommand } from 'command-line/run-command.ts'
import { say, sayAside } from 'command-line/terminal.ts'
import { findTarget } from '../db/target.ts'

await runCommand(async () => {
  // Only the address goes to standard output, because other programs read it.
  const target = await findTarget(sayAside)
  say(target.owner.url.href)
})
