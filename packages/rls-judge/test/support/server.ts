import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { findHome } from 'postgres-kit/embedded/home.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'
import type { Project } from '../../src/project.ts'
import { ATTACKS } from '../schema/attacks.ts'
import { INTENT } from '../schema/intent.ts'
import { PLATFORM } from '../schema/platform.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What the judge is given of the second schema. */
export const PROJECT: Project = {
  intent: INTENT,
  platform: PLATFORM,
  attacks: ATTACKS,
  pgtap: { folder: here('../schema'), files: ['structure.sql'] },
}

/** A server with the second schema. Its roles are its own, so that a test may change them. */
export interface TestServer {
  server: ConnectionString
  template: string
  /** Runs `work` on a database of its own with the schema. */
  withClone: <T>(work: (database: ConnectionString, owner: pg.Client) => Promise<T>) => Promise<T>
  remove: () => Promise<void>
}

/** Starts a server and applies the schema once. */
export async function startTestServer(): Promise<TestServer> {
  const place = {
    folder: here('../../.embedded'),
    shared: '/var/lib/rls-judge',
    installed: { major: '17' as const, project: here('../../../..') },
  }
  const { server, remove } = await startThrowawayServer(
    findHome('17', place, () => {}),
    'test',
    { autovacuum: 'off' },
  )
  const template = 'judge_template'
  await withOwnerClient(server, (client) => createDatabase(client, template, 'template0'))
  await withOwnerClient(withDatabase(server, template), async (client) => {
    for (const file of ['platform.sql', 'schema.sql'])
      await client.query(readFileSync(here(`../schema/${file}`), 'utf8'))
  })
  let clones = 0
  return {
    server,
    template,
    remove,
    withClone: (work) =>
      withOwnerClient(server, async (client) => {
        const clone = withDatabase(server, `judge_clone_${++clones}`)
        await createDatabase(client, clone.database, template)
        try {
          return await withOwnerClient(clone, (owner) => work(clone, owner))
        } finally {
          await dropDatabase(client, clone.database)
        }
      }),
  }
}
