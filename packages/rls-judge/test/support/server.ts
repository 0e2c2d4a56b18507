import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { packageHome } from 'postgres-kit/embedded/package-home.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { ensureTemplate, type Recipe, withThrowawayDatabase } from 'postgres-kit/throwaway.ts'
import type { Project } from '../../src/project.ts'
import { ATTACKS } from '../schema/attacks.ts'
import { INTENT } from '../schema/intent.ts'
import { PLATFORM } from '../schema/platform.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url)).replace(/\/$/, '')

/** The input of rls-judge for the second schema. */
export const PROJECT: Project = {
  intent: INTENT,
  platform: PLATFORM,
  attacks: ATTACKS,
  pgtap: { folder: here('../schema'), files: ['structure.sql'] },
}

/** A separate server with the second schema, so that a test may change its roles. */
export interface TestServer {
  server: ConnectionString
  template: string
  /** Runs `work` on a new database with the schema. */
  withClone: <T>(work: (database: ConnectionString, owner: pg.Client) => Promise<T>) => Promise<T>
  remove: () => Promise<void>
}

/** Starts a server and applies the schema once. */
export async function startTestServer(): Promise<TestServer> {
  const home = packageHome(here('../..'), here('../../../..'))
  const { server, remove } = await startThrowawayServer(home, 'test', { autovacuum: 'off' })
  return {
    server,
    template: await ensureTemplate(server, RECIPE),
    remove,
    withClone: (work) =>
      withThrowawayDatabase(server, RECIPE, (clone) => withOwnerClient(clone, (owner) => work(clone, owner))),
  }
}

const SQL = ['platform.sql', 'schema.sql'].map((file) => readFileSync(here(`../schema/${file}`), 'utf8'))

const RECIPE: Recipe = {
  prefix: 'judge',
  fingerprint: () => createHash('sha256').update(SQL.join()).digest('hex').slice(0, 16),
  build: (database) =>
    withOwnerClient(database, async (client) => {
      for (const sql of SQL) await client.query(sql)
    }),
}
