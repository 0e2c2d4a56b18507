import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { serveSite } from 'schema-site/serve.ts'
import { buildDocs, SITE } from '../db/docs/build.ts'
import { rebuildOnChange } from '../db/docs/serve.ts'
import { readSettings } from '../db/settings.ts'

await runCommand(async () => {
  await buildDocs()
  const site = await serveSite(SITE, readSettings().docsPort)
  const stop = rebuildOnChange((ok, output) => {
    say(output)
    if (ok) site.reload()
  })
  say(`http://localhost:${site.port}/ serves the site and rebuilds it after changes; Ctrl+C stops it`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  stop()
  await site.close()
})
