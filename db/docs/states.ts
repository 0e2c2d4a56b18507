import type pg from 'pg'
import { withDatabase } from 'postgres-kit/connection-string.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase } from 'postgres-kit/throwaway.ts'
import { API_ROLES } from 'rls-judge/intent.ts'
import { splitStatements } from 'schema-site/migration-notes.ts'
import type { Model } from 'schema-site/model.ts'
import { readModel, type Scope } from 'schema-site/read-model.ts'
import { bootstrap } from '../bootstrap.ts'
import { embeddedHome } from '../embedded.ts'
import { listMigrations, type MigrationFile, readSection } from '../migrations/files.ts'
import { inRoot } from '../paths.ts'

/** The part of the database that the site shows. */
const SCOPE: Scope = { schema: 'public', functions: ['public', 'private'], roles: API_ROLES }

/** The schema after a migration. */
export interface State {
  file: MigrationFile
  model: Model
}

/** Folders of a schema's files: migrations/ and db/bootstrap/. */
export interface SchemaFiles {
  migrations: string
  bootstrap: string
}

export const FILES: SchemaFiles = { migrations: inRoot('migrations'), bootstrap: inRoot('db', 'bootstrap') }

/**
 * Applies the migrations one by one, on its own server, and reads the schema after each.
 *
 * @param work receives the migrated database
 */
export async function readStates<T>(
  files: SchemaFiles,
  work: (client: pg.Client, states: State[]) => Promise<T>,
): Promise<T> {
  const cluster = await startThrowawayServer(
    embeddedHome(() => {}),
    'docs',
  )
  try {
    const database = withDatabase(cluster.server, 'docs')
    await withOwnerClient(cluster.server, (client) => createDatabase(client, database.database, 'template0'))
    return await withOwnerClient(database, async (client) => {
      await bootstrap(client, 'bootstrap', files.bootstrap)
      const states: State[] = []
      for (const file of listMigrations(files.migrations)) {
        await apply(client, file)
        states.push({ file, model: await readModel(client, SCOPE) })
      }
      return await work(client, states)
    })
  } finally {
    await cluster.remove()
  }
}

async function apply(client: pg.Client, file: MigrationFile): Promise<void> {
  const { sql = '', transaction = true } = readSection(file, 'up') ?? {}
  // PostgreSQL runs several statements of one message in one transaction.
  const parts = transaction ? [sql] : (await splitStatements(sql)).map((each) => each.text)
  for (const part of parts) await client.query(part)
  await client.query('discard all')
}
