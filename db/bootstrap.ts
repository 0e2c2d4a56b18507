import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'
import { codeOf, environmentError, messageOf, usageError } from 'postgres-kit/failure.ts'
import { refuseEncoding } from './encoding.ts'
import { inRoot } from './paths.ts'

/**
 * How a plain PostgreSQL is prepared. `bootstrap` adds only what migrations need of Supabase. `supabase` imitates Supabase
 * completely: postgres is not a superuser. The names are those of the platforms (db/platforms).
 */
export const PROFILES = ['bootstrap', 'supabase'] as const
export type Profile = (typeof PROFILES)[number]

/** The functions that return the caller's identity: identical in both profiles. */
const SHARED = '04-identity.sql'

/** The profile of this name; default: `bootstrap`. */
export function profileOf(name = 'bootstrap'): Profile {
  const profile = PROFILES.find((each) => each === name)
  if (profile) return profile
  throw usageError(`PLATFORM is "${name}": use one of ${PROFILES.join(', ')}`)
}

/** The SQL of a profile, in order. */
export function bootstrapSql(
  profile: Profile = 'bootstrap',
  folder = inRoot('db', 'bootstrap'),
): { file: string; sql: string }[] {
  const own = profile === 'bootstrap' ? '' : `${profile}/`
  const names = readdirSync(`${folder}/${own}`).filter((name) => name.endsWith('.sql'))
  return [...names.map((name) => `${own}${name}`), ...(own === '' ? [] : [SHARED])]
    .map((path) => ({ path, place: path.split('/').at(-1) ?? path }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ path }) => ({ file: `db/bootstrap/${path}`, sql: readFileSync(`${folder}/${path}`, 'utf8') }))
}

/** Whether the database has `auth.uid()`: Supabase, or a plain PostgreSQL after bootstrap. */
export async function hasAuth(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    "select to_regprocedure('auth.uid()') is not null as found",
  )
  return rows[0]?.found === true
}

/**
 * Applies the SQL of a profile in one transaction.
 *
 * @throws Failure (2) if `auth.uid()` exists already, the login may not create roles, or the encoding is not UTF8
 */
export async function bootstrap(
  client: pg.Client,
  profile: Profile = 'bootstrap',
  folder?: string,
): Promise<void> {
  if (await hasAuth(client)) {
    throw environmentError(
      'this database has auth.uid() already: it is Supabase, or was bootstrapped before. Run "make migrate"',
    )
  }
  await refuseEncoding(client)
  await client.query('begin')
  try {
    for (const { sql } of bootstrapSql(profile, folder)) await client.query(sql)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    if (codeOf(error) !== '42501') throw error
    throw environmentError(`bootstrap needs a superuser login: ${messageOf(error)}`, error)
  }
}

/**
 * Refuses a server in use: the profile `supabase` removes the superuser attribute of postgres, on the whole server.
 *
 * @throws Failure (2) if the login is not postgres, or the server has other databases or roles
 */
export async function refuseUsedServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ login: string; others: string[] }>(
    `select session_user::text as login, array(
       select 'database ' || datname from pg_database
       where not datistemplate and datname not in ('postgres', current_database())
       union all
       select 'role ' || rolname from pg_roles where rolname not like 'pg\\_%' and rolname <> session_user
     ) as others`,
  )
  const { login = '', others = [] } = rows[0] ?? {}
  if (login !== 'postgres')
    throw environmentError(
      `PLATFORM=supabase makes the superuser postgres an ordinary role, and this login is ${login}: use a server whose superuser is postgres`,
    )
  if (others.length > 0)
    throw environmentError(
      `PLATFORM=supabase changes the roles of the whole server, and this server is in use: ${others.slice(0, 3).join(', ')}. Use an empty server`,
    )
}
