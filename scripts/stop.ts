import { findHome } from 'postgres-kit/embedded/home.ts'
import { stopServer } from 'postgres-kit/embedded/server.ts'
import { readSettings } from '../db/settings.ts'
import { runCommand, say } from './cli.ts'

await runCommand(async () => {
  const stopped = await stopServer(findHome(readSettings().postgresMajor, say))
  say(stopped ? 'The embedded server was stopped' : 'The embedded server was not running')
})
