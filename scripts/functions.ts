import { readdirSync } from 'node:fs'
import { startGateway } from 'edge-gateway/gateway.ts'
import { isFunction } from 'edge-gateway/worker.ts'
import { functionEnvironment } from '../db/functions-environment.ts'
import { inRoot } from '../db/paths.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { readSettings } from '../db/settings.ts'
import { findTarget } from '../db/target.ts'
import { runCommand, say } from './cli.ts'

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
