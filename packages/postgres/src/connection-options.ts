import { readFileSync } from 'node:fs'
import type { ClientConfig } from 'pg'
import type { ConnectionString } from './connection-string.ts'
import { messageOf, usageError } from './failure.ts'

/** libpq's parameters for TLS: pg would derive options from them that replace the given ones. */
const FILES = { sslrootcert: 'ca', sslcert: 'cert', sslkey: 'key' } as const

/**
 * Options with which pg connects. pg interprets `sslmode` in a connection string differently from libpq and warns
 * about it, so the mode is passed as an option.
 *
 * @throws Failure (2) if a certificate of the connection string cannot be read
 */
export function connectionOptions(connection: ConnectionString): ClientConfig {
  const url = new URL(connection.url)
  for (const name of ['sslmode', ...Object.keys(FILES)]) url.searchParams.delete(name)
  return { connectionString: url.href, ssl: tls(connection) }
}

function tls(connection: ConnectionString): NonNullable<ClientConfig['ssl']> {
  const { sslMode } = connection
  if (sslMode === 'disable' || sslMode === 'allow' || sslMode === 'prefer') return false
  const files = readFiles(connection)
  switch (sslMode) {
    case 'no-verify':
      return { ...files, rejectUnauthorized: false }
    case 'require':
      // With an authority, libpq verifies it.
      if (files.ca === undefined) return { ...files, rejectUnauthorized: false }
      return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined }
    case 'verify-ca':
      return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined }
    case 'verify-full':
      return { ...files, rejectUnauthorized: true }
  }
}

/** The certificates that the connection string names. `sslrootcert=system` means the authorities that Node knows. */
function readFiles({ url, setting }: ConnectionString): { ca?: string; cert?: string; key?: string } {
  const named = Object.entries(FILES).flatMap(([parameter, option]) => {
    const path = url.searchParams.get(parameter)
    return path === null || path === '' || path === 'system' ? [] : [{ parameter, option, path }]
  })
  return Object.fromEntries(
    named.map(({ parameter, option, path }) => {
      try {
        return [option, readFileSync(path, 'utf8')]
      } catch (error) {
        throw usageError(`${setting} has ${parameter}=${path}: ${messageOf(error).split(',')[0]}`, error)
      }
    }),
  )
}
