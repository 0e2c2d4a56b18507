import { readdirSync } from 'node:fs'
import { prepareEmbeddedDatabase } from '../db/embedded/prepare.ts'
import { inRoot } from '../db/paths.ts'
import { readSettings } from '../db/settings.ts'
import { findTarget } from '../db/target.ts'
import { runCommand, say } from './cli.ts'
import { functionEnvironment } from './functions/environment.ts'
import { startGateway } from './functions/gateway.ts'
import { isFunction } from './functions/worker.ts'

await runCommand(async () => {
  const settings = readSettings()
  const target = await findTarget(say)
  await prepareEmbeddedDatabase(target)
  const environment = functionEnvironment(target, settings)
  const gateway = await startGateway({ port: settings.functionsPort, environment, log: say })
  for (const name of readdirSync(inRoot('supabase', 'functions')).filter(isFunction)) {
    say(`http://localhost:${gateway.port}/functions/v1/${name}`)
  }
  say(`Serving as ${target.app.name}; Ctrl+C ends it. A token: make -s token user=<account id or email>`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await gateway.close()
})
