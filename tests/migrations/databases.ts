import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'
import { bootstrap } from '../../db/bootstrap.ts'
import { findScratch } from '../../db/scratch.ts'
import { maintenance } from '../../db/target.ts'
import { afterTest } from '../support/after-test.ts'
import { temporaryFolder } from '../support/files.ts'

/** An empty database for the test, dropped afterwards. */
export async function emptyDatabase(t: TestContext, encoding?: string): Promise<ConnectionString> {
  const server = maintenance(await findScratch())
  const database = withDatabase(server, `centrid_empty_${randomBytes(6).toString('hex')}`)
  await withOwnerClient(server, async (client) => {
    if (encoding === undefined) return createDatabase(client, database.database, 'template0')
    const name = client.escapeIdentifier(database.database)
    const value = client.escapeLiteral(encoding)
    await client.query(`create database ${name} template template0 locale 'C' encoding ${value}`)
  })
  afterTest(t, () => withOwnerClient(server, (client) => dropDatabase(client, database.database)))
  return database
}

/** A database ready for migrations. */
export async function bootstrappedDatabase(t: TestContext): Promise<ConnectionString> {
  const database = await emptyDatabase(t)
  await withOwnerClient(database, (client) => bootstrap(client))
  return database
}

/** A folder of migrations. */
export function folderWith(t: TestContext, files: Record<string, string>): string {
  const folder = temporaryFolder(t)
  for (const [name, sql] of Object.entries(files)) writeFileSync(`${folder}/${name}`, sql)
  return folder
}

/** The column `answer` of a query's first row. */
export async function answer(database: ConnectionString, sql: string): Promise<unknown> {
  return withOwnerClient(
    database,
    async (client) => (await client.query<{ answer: unknown }>(sql)).rows[0]?.answer,
  )
}

/** Polls until a condition holds. */
export async function until(what: string, condition: () => Promise<boolean>, limit = 60_000): Promise<void> {
  const deadline = Date.now() + limit
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`timed out waiting until ${what}`)
    await sleep(5)
  }
}
