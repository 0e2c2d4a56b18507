import { type ConnectionString, parseConnectionString, withDatabase } from './connection-string.ts'
import { findHome, type Home } from './embedded/home.ts'
import { serverUrl, startServer } from './embedded/server.ts'
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

/** Connection string of the server's maintenance database. */
export function maintenance(target: Target): ConnectionString {
  return withDatabase(target.owner, 'postgres')
}
