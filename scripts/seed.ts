import { progressBar } from 'command-line/progress.ts'
import { runCommand } from 'command-line/run-command.ts'
import { duration, say } from 'command-line/terminal.ts'
import { environmentError } from 'postgres-kit/failure.ts'
import { migrate } from '../db/migrations/migrate.ts'
import { migrationState } from '../db/migrations/state.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { seed } from '../db/seed/seed.ts'
import { findTarget, refuseUnlessForced, type Target } from '../db/target.ts'

await runCommand(async () => {
  const target = await findTarget(say)
  refuseUnlessForced(target, `seed would write demo users into ${target.owner.name}`, 'make seed')
  if (target.kind === 'embedded') await migrateFirst(target)
  else await refusePending(target)
  const start = performance.now()
  const { users, documents, chunks, requests, present } = await seed(
    target.owner,
    target.app,
    progressBar('documents'),
  )
  say(
    documents + users + requests === 0
      ? `Nothing to add: ${present} documents of the demo users were there already`
      : `${users} demo users, ${documents} documents in ${chunks} chunks and ${requests} agent requests added to ` +
          `${target.owner.name} in ${duration(performance.now() - start)}; ${present} documents were there already`,
  )
})

async function migrateFirst(target: Target): Promise<void> {
  await prepareEmbeddedDatabase(target)
  const applied = await migrate(target.owner, () => {})
  if (applied.length === 0) return
  say(`${applied.length} migrations applied`)
  // Loaded here: the generators are slow to load, and seldom needed.
  const { refreshDerivedFiles } = await import('../db/derived-files.ts')
  await refreshDerivedFiles(target.owner, say)
}

async function refusePending({ owner }: Target): Promise<void> {
  const { pending } = await migrationState(owner)
  if (pending.length > 0) {
    throw environmentError(`${owner.name} lacks ${pending.length} migrations: run "make migrate" first`)
  }
}
