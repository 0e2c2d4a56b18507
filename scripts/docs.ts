import { runCommand } from 'command-line/run-command.ts'
import { duration, say } from 'command-line/terminal.ts'
import { buildDocs, SITE } from '../db/docs/build.ts'

await runCommand(async () => {
  const start = performance.now()
  const pages = await buildDocs(process.env.BASE || undefined)
  say(`${pages} pages in ${duration(performance.now() - start)}: ${SITE}/index.html`)
})
