import {
  type ConnectionString,
  parseConnectionString,
  withDatabase,
  withLogin,
} from 'postgres-kit/connection-string.ts'
import type { Home } from 'postgres-kit/embedded/home.ts'
import { type RunningServer, serverUrl, startServer } from 'postgres-kit/embedded/server.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { findServer } from 'postgres-kit/find-server.ts'
import { APP_LOGIN, EMBEDDED_DATABASE, embeddedHome } from './embedded.ts'
import { readSettings, type Settings } from './settings.ts'

/** The database that commands act on. */
export type Target = EmbeddedTarget | GivenTarget

interface Connections {
  owner: ConnectionString
  /** Connection string of the least-privileged login, for the client and the edge functions. */
  app: ConnectionString
}

/** The database of this clone's embedded server. */
export interface EmbeddedTarget extends Connections {
  kind: 'embedded'
  home: Home
  /** Password of its login `authenticator`, whatever APP_DATABASE_URL says. */
  appPassword: string
}

/** The database at DATABASE_URL. */
export interface GivenTarget extends Connections {
  kind: 'given'
}

/**
 * The database at DATABASE_URL or, if it is unset, the embedded server's, started and created as needed.
 *
 * @param log called with progress messages
 */
export async function findTarget(
  log: (line: string) => void,
  settings: Settings = readSettings(),
): Promise<Target> {
  const givenApp =
    settings.appDatabaseUrl === undefined
      ? undefined
      : await findServer(settings.appDatabaseUrl, 'APP_DATABASE_URL')
  if (settings.databaseUrl !== undefined) {
    const owner = await findServer(settings.databaseUrl)
    return { kind: 'given', owner, app: givenApp ?? owner }
  }
  const home = embeddedHome(log)
  const target = embeddedTarget(home, await startServer(home))
  return { ...target, app: givenApp ?? target.app }
}

/** The database of an embedded server. */
export function embeddedTarget(home: Home, server: RunningServer): EmbeddedTarget {
  const owner = parseConnectionString(serverUrl(server, EMBEDDED_DATABASE))
  const app = withLogin(owner, APP_LOGIN, server.appPassword)
  return { kind: 'embedded', owner, app, home, appPassword: server.appPassword }
}

/**
 * Allows a command to write to the embedded database, and to another database only with FORCE=1.
 *
 * @param would what the command would do, and to which database
 * @throws Failure (2) without FORCE=1
 */
export function refuseUnlessForced(target: Target, would: string, command: string): void {
  if (target.kind === 'embedded' || readSettings().force) return
  throw usageError(
    `${would}, which is not the embedded server: nothing was done. To do it anyway: FORCE=1 ${command}`,
  )
}

/** Connection string of the server's maintenance database. */
export function maintenance(target: Target): ConnectionString {
  return withDatabase(target.owner, 'postgres')
}
