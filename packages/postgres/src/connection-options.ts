import type { ClientConfig } from 'pg'
import type { ConnectionString } from './connection-string.ts'

/**
 * Options with which pg connects. pg interprets `sslmode` in a connection string differently from libpq and warns
 * about it, so the mode is passed as an option.
 */
export function connectionOptions(connection: ConnectionString): ClientConfig {
  const url = new URL(connection.url)
  url.searchParams.delete('sslmode')
  return { connectionString: url.href, ssl: tls(connection) }
}

function tls({ sslMode }: ConnectionString): NonNullable<ClientConfig['ssl']> {
  switch (sslMode) {
    case 'disable':
    case 'allow':
    case 'prefer':
      return false
    case 'require':
    case 'no-verify':
      return { rejectUnauthorized: false }
    case 'verify-ca':
      return { rejectUnauthorized: true, checkServerIdentity: () => undefined }
    case 'verify-full':
      return { rejectUnauthorized: true }
  }
}
