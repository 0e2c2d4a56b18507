import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { lockName, whoWaits } from 'schema-change/locks/modes.ts'
import { readSchema } from '../facts/schema.ts'
import { listMigrations } from '../migrations/files.ts'
import { inRoot } from '../paths.ts'
import { withClone } from './clone.ts'
import { rehearse } from './plan-file.ts'
import { strongLocks } from './words.ts'

const FILE = inRoot('docs', 'locks.md')

const HEADER = `# Locks of the migrations

Written by \`make locks\`; do not edit. Each migration was run on a database with a few rows in every table. The table lists its locks on existing
objects for which other sessions may have to wait: locks stronger than those of ordinary statements, and locks on tables that are rewritten.
A lock is held to the end of the migration. If every row of a table is read or written, the time grows with the size of the table.

| migration | object | strongest lock | work under the lock |
| --- | --- | --- | --- |
`

/**
 * The locks of every migration, in the format of docs/locks.md.
 *
 * @param server where a throw-away database is created
 */
export async function lockBudget(server: ConnectionString, folder?: string): Promise<string> {
  const facts = await readSchema()
  const rows = await withClone(server, [], (clone) =>
    withOwnerClient(clone, async (client) => {
      const lines: string[] = []
      for (const file of listMigrations(folder)) {
        const { locks } = await rehearse(client, clone, file, facts)
        for (const { object, mode, reads, rewritten } of strongLocks(locks)) {
          const meanwhile = [
            ...(rewritten ? ['every row of it is written again'] : []),
            ...(reads.length > 0 ? [`every row is read of ${reads.join(', ')}`] : []),
          ]
          const waits = `${lockName(mode)}: ${whoWaits(mode)}`
          lines.push(
            `| ${file.name} | ${object} | ${waits} | ${meanwhile.join('; ') || 'no table is scanned'} |`,
          )
        }
      }
      return lines
    }),
  )
  return `${HEADER}${rows.join('\n')}\n`
}

/** Writes docs/locks.md; returns whether that changed it. */
export function writeLockBudget(text: string): boolean {
  if (isCommitted(text)) return false
  writeFileSync(FILE, text)
  return true
}

/** Whether docs/locks.md has the same text. */
export function isCommitted(text: string): boolean {
  return existsSync(FILE) && readFileSync(FILE, 'utf8') === text
}

/** The locks of each migration in docs/locks.md, by file name: one line per locked object. */
export function committedLocks(): Map<string, string[]> {
  const locks = new Map<string, string[]>()
  const rows = readFileSync(FILE, 'utf8').matchAll(/^\| (\d\S*\.sql) \| (.+) \| (.+) \| (.+) \|$/gm)
  for (const [, migration = '', object, mode, meanwhile] of rows) {
    const line = `${object}, ${mode}, ${meanwhile}`
    locks.set(migration, [...(locks.get(migration) ?? []), line])
  }
  return locks
}
