import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type pg from 'pg'
import { bootstrap, bootstrapSql } from '../../../db/bootstrap.ts'
import { listMigrations } from '../../../db/migrations/files.ts'
import { migrate } from '../../../db/migrations/migrate.ts'
import { type ConnectionString, withDatabase } from './connection-string.ts'
import { databaseExists } from './database-exists.ts'
import { withOwnerClient } from './owner-client.ts'
import { isProcessAlive } from './process-alive.ts'

const TEMPLATE_PREFIX = 'centrid_template_'
const CLONE_PREFIX = 'centrid_test_'

/**
 * Runs `work` on a fresh, migrated database and drops it afterwards. The first call after a change of migrations
 * builds a template; later ones clone it (about 0.1 s).
 *
 * @param server any database of a server on which the login may create databases and roles
 */
export async function withThrowawayDatabase<T>(
  server: ConnectionString,
  work: (database: ConnectionString) => Promise<T>,
): Promise<T> {
  const template = await ensureTemplate(server)
  const clone = withDatabase(server, `${CLONE_PREFIX}${process.pid}_${randomBytes(6).toString('hex')}`)
  await withOwnerClient(server, async (client) => {
    await dropAbandoned(client)
    await createDatabase(client, clone.database, template)
  })
  try {
    return await work(clone)
  } finally {
    await withOwnerClient(server, (client) => dropDatabase(client, clone.database))
  }
}

/** Name of the template database for the migrations as they are now; builds it where it is missing. */
export async function ensureTemplate(server: ConnectionString): Promise<string> {
  const template = `${TEMPLATE_PREFIX}${fingerprint()}`
  await withOwnerClient(server, async (client) => {
    if (await databaseExists(client, template)) return
    // Test runs of one server wait for each other here, and the second finds the template made. Migrations that
    // build an index concurrently wait for other transactions, not for a session's lock: no deadlock.
    await client.query('select pg_advisory_lock(hashtext($1))', [TEMPLATE_PREFIX])
    if (await databaseExists(client, template)) return
    await dropOutdated(client)
    // Named as a template only when whole: a run that is broken off leaves nothing that looks like one.
    const unfinished = withDatabase(server, `${template}_unfinished`)
    await dropDatabase(client, unfinished.database)
    await createDatabase(client, unfinished.database, 'template0')
    await withOwnerClient(unfinished, bootstrap)
    await migrate(unfinished, () => {})
    await client.query(
      `alter database ${client.escapeIdentifier(unfinished.database)} rename to ${client.escapeIdentifier(template)}`,
    )
  })
  return template
}

/** Creates a database as a copy of another. */
export async function createDatabase(client: pg.Client, name: string, template: string): Promise<void> {
  await client.query(
    `create database ${client.escapeIdentifier(name)} template ${client.escapeIdentifier(template)}`,
  )
}

/** Drops a database, and whoever is still connected to it. */
export async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
}

async function dropOutdated(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [TEMPLATE_PREFIX],
  )
  for (const { datname } of rows) await dropDatabase(client, datname)
}

/** Clones whose process was killed before it dropped them. */
async function dropAbandoned(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database
     where starts_with(datname, $1) and not exists (select from pg_stat_activity where pg_stat_activity.datname = pg_database.datname)`,
    [CLONE_PREFIX],
  )
  for (const { datname } of rows) {
    const pid = Number(datname.slice(CLONE_PREFIX.length).split('_')[0])
    if (!isProcessAlive(pid)) await dropDatabase(client, datname)
  }
}

/** Changes with every byte of bootstrap and migrations. */
function fingerprint(): string {
  const hash = createHash('sha256')
  for (const { file, sql } of bootstrapSql()) hash.update(`${file}\0${sql}\0`)
  for (const { name, path } of listMigrations()) hash.update(`${name}\0${readFileSync(path, 'utf8')}\0`)
  return hash.digest('hex').slice(0, 16)
}
