import { runCommand } from 'command-line/run-command.ts'
import { say, sayAside } from 'command-line/terminal.ts'
import { failed } from 'postgres-kit/failure.ts'
import { findDrift } from '../db/drift/drift.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { findEmbeddedScratch } from '../db/scratch.ts'
import { readSettings } from '../db/settings.ts'
import { findTarget, maintenance } from '../db/target.ts'

await runCommand({ options: { json: { type: 'boolean' } } }, async ({ values }) => {
  const target = await findTarget(sayAside)
  await prepareEmbeddedDatabase(target)
  const server = maintenance(await findEmbeddedScratch(sayAside))
  const differences = await findDrift(target.owner, server, readSettings().platform)
  if (values.json) say(JSON.stringify(differences))
  else
    for (const { words, sql } of differences) say(`${words}\n    ${sql ?? 'no SQL was tried successfully'}`)
  if (differences.length > 0)
    throw failed(
      `${target.owner.name} differs from migrations/ in ${differences.length} places. Nothing was changed: read the SQL and run it, or write the difference as a migration`,
    )
  if (!values.json) say(`${target.owner.name} matches migrations/`)
})
