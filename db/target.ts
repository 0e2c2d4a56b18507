import { type ConnectionString, parseConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { findHome, type Home } from 'postgres-kit/embedded/home.ts'
import { serverUrl, startServer } from 'postgres-kit/embedded/server.ts'
import { misuse } from 'postgres-kit/failure.ts'
import { readSettings } from './settings.ts'

/** Name of the database on the embedded server. */
export const EMBEDDED_DATABASE = 'centrid'

/** The database that commands act on. */
export interface Target {
  kind: 'embedded' | 'given'
  owner: ConnectionString
  /** Connection string of the least-privileged login, for the client and the edge functions. */
  app: ConnectionString
  /** Home of the embedded server. */
  home?: Home
}

/**
 * The database at DATABASE_URL; where that is unset, the embedded server's, started and created as needed.
 *
 * @param log told what happens on the way
 */
export async function findTarget(log: (line: string) => void): Promise<Target> {
  const settings = readSettings()
  if (settings.databaseUrl !== undefined) {
    const owner = parseConnectionString(settings.databaseUrl)
    const app = settings.appDatabaseUrl
      ? parseConnectionString(settings.appDatabaseUrl, 'APP_DATABASE_URL')
      : owner
    return { kind: 'given', owner, app }
  }
  const home = findHome(settings.postgresMajor, log)
  const server = await startServer(home)
  const owner = parseConnectionString(serverUrl(server, EMBEDDED_DATABASE))
  const app = new URL(owner.url)
  app.username = 'authenticator'
  app.password = server.appPassword
  return {
    kind: 'embedded',
    owner,
    app: parseConnectionString(settings.appDatabaseUrl ?? app.href, 'APP_DATABASE_URL'),
    home,
  }
}

/**
 * Lets a command write into the embedded database, and into another only when asked with FORCE=1.
 *
 * @param would what the command would do, to which database
 * @throws Failure (2) where it was not asked
 */
export function refuseUnlessForced(target: Target, would: string, command: string): void {
  if (target.kind === 'embedded' || readSettings().force) return
  throw misuse(
    `${would}, which is not the embedded server: nothing was done. If that is what you want: FORCE=1 ${command}`,
  )
}

/** Connection string of the server's maintenance database. */
export function maintenance(target: Target): ConnectionString {
  return withDatabase(target.owner, 'postgres')
}
