import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { stopServer } from 'postgres-kit/embedded/server.ts'
import { embeddedHome } from '../db/embedded.ts'
import { removeScratch } from '../db/scratch.ts'

await runCommand(async () => {
  await removeScratch(say)
  const stopped = await stopServer(embeddedHome(say))
  say(stopped ? 'The embedded server was stopped' : 'The embedded server was not running')
})
