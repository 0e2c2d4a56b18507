import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { functionNames, serveFunctions } from '../db/functions.ts'
import { functionEnvironment } from '../db/functions-environment.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { readSettings } from '../db/settings.ts'
import { findTarget } from '../db/target.ts'

await runCommand(async () => {
  const settings = readSettings()
  const target = await findTarget(say)
  await prepareEmbeddedDatabase(target)
  const environment = functionEnvironment(target, settings)
  const gateway = await serveFunctions({ port: settings.functionsPort, environment, log: say })
  for (const name of functionNames()) say(`http://localhost:${gateway.port}/functions/v1/${name}`)
  say(`Serving as ${target.app.name}; Ctrl+C stops it. A token: make -s token user=<account id or email>`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await gateway.close()
})
