import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { type ConnectionString, withDatabase } from './connection-string.ts'
import { databaseExists } from './database-exists.ts'
import { withOwnerClient } from './owner-client.ts'
import { isProcessAlive } from './process-alive.ts'

/** How the databases of a project are made. */
export interface Recipe {
  /** Prefix of the databases' names, such as `shop` in `shop_template_…` and `shop_test_…`. */
  prefix: string
  /** Hexadecimal digits that change whenever the result of `build` changes. */
  fingerprint: () => string
  /** Fills an empty database. */
  build: (database: ConnectionString) => Promise<void>
}

/**
 * Runs `work` on a fresh database and drops it afterwards. The first call after a change of the recipe builds a
 * template; later ones clone it (about 0.1 s).
 *
 * @param server any database of a server on which the login may create databases and roles
 */
export async function withThrowawayDatabase<T>(
  server: ConnectionString,
  recipe: Recipe,
  work: (database: ConnectionString) => Promise<T>,
): Promise<T> {
  const template = await ensureTemplate(server, recipe)
  const prefix = clonePrefix(recipe)
  const clone = withDatabase(server, `${prefix}${process.pid}_${randomBytes(6).toString('hex')}`)
  await withOwnerClient(server, async (client) => {
    await dropAbandoned(client, prefix)
    await createDatabase(client, clone.database, template)
  })
  try {
    return await work(clone)
  } finally {
    await withOwnerClient(server, (client) => dropDatabase(client, clone.database))
  }
}

/** Name of the template database for the current recipe; builds it if it is missing. */
export async function ensureTemplate(server: ConnectionString, recipe: Recipe): Promise<string> {
  const prefix = `${recipe.prefix}_template_`
  const template = `${prefix}${recipe.fingerprint()}`
  // Advisory locks belong to a database: every caller takes this one in the same.
  await withOwnerClient(withDatabase(server, 'postgres'), async (client) => {
    if (await databaseExists(client, template)) return
    // Test runs of one server wait for each other here, and the second finds the template made. A recipe that
    // builds an index concurrently waits for other transactions, not for a session's lock: no deadlock.
    await client.query('select pg_advisory_lock(hashtext($1))', [prefix])
    if (await databaseExists(client, template)) return
    await dropOutdated(client, prefix)
    // Named as a template only when whole: a run that is broken off leaves nothing that looks like one.
    const unfinished = withDatabase(server, `${template}_unfinished`)
    await dropDatabase(client, unfinished.database)
    await createDatabase(client, unfinished.database, 'template0')
    await recipe.build(unfinished)
    await client.query(
      `alter database ${client.escapeIdentifier(unfinished.database)} rename to ${client.escapeIdentifier(template)}`,
    )
  })
  return template
}

/** Creates a database as a copy of another; it belongs to the client's role, unless an owner is named. */
export async function createDatabase(
  client: pg.Client,
  name: string,
  template: string,
  owner?: string,
): Promise<void> {
  const belongs = owner === undefined ? '' : ` owner ${client.escapeIdentifier(owner)}`
  await client.query(
    `create database ${client.escapeIdentifier(name)} template ${client.escapeIdentifier(template)}${belongs}`,
  )
}

/** Drops a database and ends its sessions. */
export async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
}

function clonePrefix({ prefix }: Recipe): string {
  return `${prefix}_test_`
}

async function dropOutdated(client: pg.Client, prefix: string): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [prefix],
  )
  for (const { datname } of rows) await dropDatabase(client, datname)
}

/** Clones whose process was killed before it dropped them. */
async function dropAbandoned(client: pg.Client, prefix: string): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database
     where starts_with(datname, $1) and not exists (select from pg_stat_activity where pg_stat_activity.datname = pg_database.datname)`,
    [prefix],
  )
  for (const { datname } of rows) {
    const pid = Number(datname.slice(prefix.length).split('_')[0])
    if (!isProcessAlive(pid)) await dropDatabase(client, datname)
  }
}
