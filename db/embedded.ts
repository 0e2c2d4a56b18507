import { findHome, type Home } from 'postgres-kit/embedded/home.ts'
import type { Place } from 'postgres-kit/embedded/place.ts'
import { inRoot, root } from './paths.ts'
import { readSettings } from './settings.ts'

/** Name of the database on the embedded server. */
export const EMBEDDED_DATABASE = 'centrid'

/** The login of the API on the embedded server. */
export const APP_LOGIN = 'authenticator'

/** The servers of this clone; 17 is the major that package-lock.json installs. */
export const EMBEDDED_PLACE: Place = {
  folder: inRoot('.embedded'),
  shared: '/var/lib/centrid',
  installed: { major: '17', project: root.replace(/\/$/, '') },
}

/** Home of this clone's server, of the major in the settings. */
export function embeddedHome(log: (line: string) => void): Home {
  return findHome(readSettings().postgresMajor, EMBEDDED_PLACE, log)
}
