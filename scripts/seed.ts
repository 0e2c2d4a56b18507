import { progressBar } from 'command-line/progress.ts'
import { runCommand } from 'command-line/run-command.ts'
import { duration, say } from 'command-line/terminal.ts'
import { prepareForSeed } from '../db/seed/prepare.ts'
import { seed } from '../db/seed/seed.ts'
import { findTarget, refuseUnlessForced } from '../db/target.ts'

await runCommand(async () => {
  const target = await findTarget(say)
  refuseUnlessForced(target, `seed would write demo users into ${target.owner.name}`, 'make seed')
  await prepareForSeed(target)
  const start = performance.now()
  const { users, documents, chunks, requests, present } = await seed(
    target.owner,
    target.app,
    progressBar('documents'),
  )
  say(
    documents + users + requests === 0
      ? `Nothing to add: ${present} documents of the demo users existed already`
      : `${users} demo users, ${documents} documents in ${chunks} chunks and ${requests} agent requests added to ` +
          `${target.owner.name} in ${duration(performance.now() - start)}; ${present} documents existed already`,
  )
})
