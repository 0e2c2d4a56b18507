import { say } from 'command-line/terminal.ts'
import { environmentError } from 'postgres-kit/failure.ts'
import { migrate } from '../migrations/migrate.ts'
import { migrationState } from '../migrations/state.ts'
import { prepareEmbeddedDatabase } from '../prepare-embedded.ts'
import type { Target } from '../target.ts'

/** Migrates the embedded database. Any other database must be migrated already. */
export async function prepareForSeed(target: Target): Promise<void> {
  return target.kind === 'embedded' ? migrateFirst(target) : refusePending(target)
}

async function migrateFirst(target: Target): Promise<void> {
  await prepareEmbeddedDatabase(target)
  const applied = await migrate(target.owner, () => {})
  if (applied.length === 0) return
  say(`${applied.length} migrations applied`)
  // Loaded here, because the generators are slow to load and rarely needed.
  const { refreshDerivedFiles } = await import('../derived-files.ts')
  await refreshDerivedFiles(target.owner, say)
}

async function refusePending({ owner }: Target): Promise<void> {
  const { pending } = await migrationState(owner)
  if (pending.length > 0) {
    throw environmentError(`${owner.name} lacks ${pending.length} migrations: run "make migrate" first`)
  }
}
