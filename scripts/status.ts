import { runCommand } from 'command-line/run-command.ts'
import { colour, duration, say, sayAside } from 'command-line/terminal.ts'
import { readDrifted } from '../db/drift/drifted.ts'
import { type HistoryLine, readStatus } from '../db/migrations/status.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { readSettings } from '../db/settings.ts'
import { findTarget } from '../db/target.ts'

await runCommand({ options: { json: { type: 'boolean' } } }, async ({ values }) => {
  const target = await findTarget(sayAside)
  await prepareEmbeddedDatabase(target)
  const status = await readStatus(target.owner)
  const { drifted, notCompared } = await readDrifted(target.owner, readSettings().platform, sayAside)
  if (values.json) return say(JSON.stringify({ ...status, drifted, notCompared }))
  for (const { state, name, version, ...rest } of status.history) {
    const known = state === 'applied' || state === 'adopted'
    say(`${colour(known ? 'green' : 'red', state)} ${name ?? version} ${colour('dim', origin(rest))}`)
  }
  for (const name of status.pending) say(`${colour('yellow', 'pending')} ${name}`)
  for (const problem of status.problems) say(`${colour('red', 'problem')} ${problem}`)
  for (const words of drifted ?? []) say(`${colour('red', 'drifted')} ${words}`)
  if (notCompared !== null) say(`${colour('yellow', 'not compared')} for drift: ${notCompared}`)
  const drift = drifted ? `, ${drifted.length} drifted` : ''
  say(`${status.history.length} applied, ${status.pending.length} pending${drift} on ${target.owner.name}`)
})

/** `2026-11-02 10:00 UTC by postgres, dbmate 2.36.0, at 1a2b3c4, 16 ms`, as far as known. */
function origin({ at, role, tool, commit, milliseconds }: Omit<HistoryLine, 'state' | 'name' | 'version'>) {
  if (at === undefined) return 'applied without this ledger: "make migrate" adopts it'
  return [
    `${at.slice(0, 16).replace('T', ' ')} UTC by ${role}`,
    tool,
    ...(commit === undefined ? [] : [`at ${commit.replace(/^(.{7})[^-]*/, '$1')}`]),
    ...(milliseconds === undefined ? [] : [duration(milliseconds)]),
  ].join(', ')
}
