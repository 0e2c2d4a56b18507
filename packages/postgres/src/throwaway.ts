import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { type ConnectionString, withDatabase } from './connection-string.ts'
import { databaseExists } from './database-exists.ts'
import { withOwnerClient } from './owner-client.ts'
import { isProcessAlive } from './process-alive.ts'

/** How a project's databases are built. */
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
  const prefix = clonePrefix(recipe)
  const clone = withDatabase(server, `${prefix}${process.pid}_${randomBytes(6).toString('hex')}`)
  await withTemplate(server, recipe, async (client, template) => {
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
  return withTemplate(server, recipe, async (_client, template) => template)
}

/**
 * Runs `work` while the template of the current recipe exists. Meanwhile, no run with another recipe of the same
 * prefix can drop the template.
 */
async function withTemplate<T>(
  server: ConnectionString,
  recipe: Recipe,
  work: (client: pg.Client, template: string) => Promise<T>,
): Promise<T> {
  const prefix = `${recipe.prefix}_template_`
  const template = `${prefix}${recipe.fingerprint()}`
  // Advisory locks belong to a database, so every caller takes them in `postgres`. They are session locks, because
  // building an index concurrently would wait for the transaction of a transaction lock. They end with the session.
  return withOwnerClient(withDatabase(server, 'postgres'), async (client) => {
    await client.query('select pg_advisory_lock_shared(hashtext($1))', [prefix])
    if (!(await databaseExists(client, template))) {
      // Release the shared lock first: two runs that both keep it would wait for each other forever.
      await client.query('select pg_advisory_unlock_shared(hashtext($1))', [prefix])
      await client.query('select pg_advisory_lock(hashtext($1))', [prefix])
      if (!(await databaseExists(client, template)))
        await buildTemplate(client, server, recipe, prefix, template)
    }
    return work(client, template)
  })
}

async function buildTemplate(
  client: pg.Client,
  server: ConnectionString,
  recipe: Recipe,
  prefix: string,
  template: string,
): Promise<void> {
  await dropOutdated(client, prefix)
  // The database gets the template's name only when complete, so an interrupted run leaves no incomplete template.
  const unfinished = withDatabase(server, `${template}_unfinished`)
  await dropDatabase(client, unfinished.database)
  await createDatabase(client, unfinished.database, 'template0')
  await recipe.build(unfinished)
  await client.query(
    `alter database ${client.escapeIdentifier(unfinished.database)} rename to ${client.escapeIdentifier(template)}`,
  )
}

/** Creates a database as a copy of another. Its owner is the client's role, unless one is given. */
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
