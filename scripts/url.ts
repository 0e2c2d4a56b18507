import { findTarget } from '../db/target.ts'
import { runCommand, say } from './cli.ts'

await runCommand(async () => {
  // Only the address goes to standard output: it is read by other programs.
  const target = await findTarget((line) => process.stderr.write(`${line}\n`))
  say(target.owner.url.href)
})
