import { randomBytes } from 'node:crypto'
import { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { type ConnectionString, parseConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { findHome } from 'postgres-kit/embedded/home.ts'
import { serverUrl } from 'postgres-kit/embedded/server.ts'
import { scratchHome, startScratchServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { connectOwner, withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'
import type { ContractSettings } from '../../src/settings.ts'

/** Absolute path of a file or folder of this package. */
export function inPackage(...parts: string[]): string {
  return fileURLToPath(new URL(['../..', ...parts].join('/'), import.meta.url))
}

const ROOT = inPackage('..', '..').replace(/\/$/, '')

/** The server for databases: the one at DATABASE_URL, otherwise the embedded one of this workspace. */
async function findServer(): Promise<ConnectionString> {
  const given = process.env.DATABASE_URL
  if (given) return withDatabase(parseConnectionString(given), 'postgres')
  const place = {
    folder: `${ROOT}/.embedded`,
    shared: '/var/lib/postgres-kit',
    installed: { major: '17' as const, project: ROOT },
  }
  const server = await startScratchServer(scratchHome(findHome('17', place, () => {})))
  return parseConnectionString(serverUrl(server, 'postgres'))
}

export interface EmptyDatabase {
  connection: ConnectionString
  client: pg.Client
  /** Two roles of this run: signed-in members, and guests. */
  member: string
  guest: string
  settings: ContractSettings
}

/** An empty database with two roles, for the tests of the current `describe`. */
export function useEmptyDatabase(): () => EmptyDatabase {
  let database: EmptyDatabase | undefined
  let release = async () => {}
  before(async () => {
    const server = await findServer()
    const suffix = `${process.pid}_${randomBytes(4).toString('hex')}`
    const connection = withDatabase(server, `type_contract_${suffix}`)
    const [member, guest] = [`member_${suffix}`, `guest_${suffix}`]
    await withOwnerClient(server, async (admin) => {
      await createDatabase(admin, connection.database, 'template0')
      for (const role of [member, guest]) await admin.query(`create role ${admin.escapeIdentifier(role)}`)
    })
    const client = await connectOwner(connection)
    release = async () => {
      await client.end()
      await withOwnerClient(server, async (admin) => {
        await dropDatabase(admin, connection.database)
        for (const role of [member, guest]) await admin.query(`drop role ${admin.escapeIdentifier(role)}`)
      })
    }
    const settings: ContractSettings = {
      schema: 'public',
      roles: [guest, member],
      user: member,
      callerDefaults: [],
      owners: {},
      reserved: [],
      names: {},
      command: 'the test',
      support: inPackage('support'),
    }
    database = { connection, client, member, guest, settings }
  })
  after(() => release())
  return () => {
    if (!database) throw new Error('the database exists only while the tests run')
    return database
  }
}

/** Runs `work` after some SQL, and rolls everything back. */
export async function afterSql<T>(
  { client }: Pick<EmptyDatabase, 'client'>,
  sql: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  await client.query('begin')
  try {
    await client.query(sql)
    return await work(client)
  } finally {
    await client.query('rollback')
  }
}
