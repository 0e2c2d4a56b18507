import { runCommand } from 'command-line/run-command.ts'
import { colour, duration, say, showStatus } from 'command-line/terminal.ts'
import { distributeNew } from '../db/distribute/after-migration.ts'
import type { MigrationEvent } from '../db/migrations/apply.ts'
import { checkSum, writeSum } from '../db/migrations/integrity/sum.ts'
import { migrate } from '../db/migrations/migrate.ts'
import { runOptions } from '../db/migrations/run-options.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { findTarget } from '../db/target.ts'

await runCommand(async () => {
  const target = await findTarget(say)
  await prepareEmbeddedDatabase(target)
  // A given database gets only reviewed files. On the embedded server, the developer is still writing them.
  if (target.kind === 'given') checkSum()
  const applied = await migrate(target.owner, show, runOptions(say))
  if (target.kind === 'embedded' && writeSum()) {
    say('migrations/migrations.sum was refreshed')
    // Loaded here, because its parser is slow to load.
    const { writeSupabaseFiles } = await import('../db/migrations/supabase-files.ts')
    if (await writeSupabaseFiles()) say('supabase/migrations was refreshed')
  }
  if (applied.length === 0) {
    say(`Nothing to migrate: ${target.owner.name} is up to date`)
    return
  }
  say(`${applied.length} applied to ${target.owner.name}`)
  if (target.kind === 'given') return distributeNew(target.owner)
  // Loaded here, because loading the generators takes longer than a whole run without pending migrations.
  const { refreshDerivedFiles } = await import('../db/derived-files.ts')
  await refreshDerivedFiles(target.owner, say)
})

function show(event: MigrationEvent): void {
  if (event.type === 'start') {
    showStatus(`[${event.number}/${event.of}] ${event.name} …`)
    return
  }
  say(`${colour('green', 'applied')} ${event.name} ${colour('dim', duration(event.milliseconds))}`)
}
