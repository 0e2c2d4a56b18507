import { readFileSync } from 'node:fs'
import { loadModule } from 'libpg-query'
import { readMigration } from 'migration-lint/parse/file.ts'
import type { Section } from 'migration-lint/parse/statements.ts'
import pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { type AccessChange, compareAccess } from 'schema-change/access/compare.ts'
import { existedIn } from 'schema-change/access/existed.ts'
import { readAccess, readObjects } from 'schema-change/access/read.ts'
import { type CatalogChange, compareCatalogs } from 'schema-change/catalog/compare.ts'
import { readCatalog } from 'schema-change/catalog/read.ts'
import { type HeldLock, watchTransaction } from 'schema-change/locks/watch.ts'
import { watchAlone } from 'schema-change/locks/watch-alone.ts'
import type { TableFacts } from '../facts/schema.ts'
import type { MigrationFile } from '../migrations/files.ts'
import { fillTables } from './fill.ts'
import { PLAN_SCOPE } from './scope.ts'

/** The effects of a migration. */
export interface FilePlan {
  /** Its path, relative to the root. */
  file: string
  transaction: boolean
  statements: readonly { line: number; sql: string }[]
  /** Its comments about widened access. */
  saysWhy: readonly string[]
  catalog: readonly CatalogChange[]
  access: readonly AccessChange[]
  locks: readonly HeldLock[]
}

/** Applies a migration to a clone and records its effects. */
export async function planFile(
  client: pg.Client,
  clone: ConnectionString,
  file: MigrationFile,
  facts: readonly TableFacts[],
): Promise<FilePlan> {
  const read = async () => ({
    catalog: await readCatalog(client, PLAN_SCOPE),
    access: await readAccess(client, PLAN_SCOPE),
    objects: await readObjects(client),
  })
  const before = await read()
  const { path, up, locks } = await rehearse(client, clone, file, facts)
  const after = await read()
  return {
    file: path,
    transaction: up.transaction,
    statements: up.sent,
    saysWhy: up.notes.flatMap((note) => (note.kind === 'widens' && note.reason !== '' ? [note.reason] : [])),
    catalog: compareCatalogs(before.catalog, after.catalog),
    access: compareAccess(before.access, after.access, existedIn(before.catalog, before.objects)),
    locks,
  }
}

/** Runs the up section of a migration on a clone with a few rows in every table, and records its locks. */
export async function rehearse(
  client: pg.Client,
  clone: ConnectionString,
  file: MigrationFile,
  facts: readonly TableFacts[],
): Promise<{ path: string; up: Section; locks: HeldLock[] }> {
  await loadModule()
  const path = `migrations/${file.name}`
  const { up } = readMigration({ name: file.name, path, text: readFileSync(file.path, 'utf8') })
  if (!up || up.error)
    throw failed(
      `${path}:${up?.error?.line ?? 1}: ${up?.error?.message ?? 'there is no line "-- migrate:up"'}`,
    )
  await fillTables(client, facts)
  return { path, up, locks: await run(client, clone, up, path) }
}

async function run(
  client: pg.Client,
  clone: ConnectionString,
  up: Section,
  path: string,
): Promise<HeldLock[]> {
  // Reading the catalog has set an empty search_path.
  await client.query('reset search_path')
  const { foreignSchemas } = PLAN_SCOPE
  const statements = up.sent.map(({ sql }) => sql)
  let current = 1
  try {
    if (up.transaction)
      return await watchTransaction(client, statements, foreignSchemas, (statement) => {
        current = statement
      })
    const locks: HeldLock[] = []
    for (const statement of statements)
      locks.push(...(await watchAlone(client, statement, foreignSchemas, () => connectOwner(clone))))
    return locks
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    const { line } = up.sent[current - 1] ?? up
    throw failed(
      `${path}:${line}: ${error.message} (SQLSTATE ${error.code}). "make migrate" would fail the same way`,
      error,
    )
  }
}
