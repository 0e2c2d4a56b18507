import { type ConnectionString, parseConnectionString, splitServers } from './connection-string.ts'
import { codeOf, environmentError, Failure, messageOf, usageError } from './failure.ts'
import { isSqlState, withOwnerClient } from './owner-client.ts'

/** With these values of `target_session_attrs`, a server that accepts no writes is skipped. */
const WRITES = new Set(['read-write', 'primary'])

/**
 * The server of a connection string. Of several hosts, the first that answers; with
 * `target_session_attrs=read-write` or `primary`, the first that accepts writes. A single host is not contacted.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 *
 * @param setting name of the setting that it comes from, for messages
 * @throws Failure (2) if the string is not valid, no server fits, or one refuses the login (libpq stops there, too)
 */
export async function findServer(given: string, setting = 'DATABASE_URL'): Promise<ConnectionString> {
  const servers = eachHost(given, setting).map((text) => parseConnectionString(text, setting))
  const [only] = servers
  if (only && servers.length === 1 && !only.url.searchParams.has('target_session_attrs')) return only
  const unfit: string[] = []
  for (const server of servers) {
    const reason = await reasonAgainst(server)
    if (reason === undefined) return server
    unfit.push(reason)
  }
  throw environmentError(`no server of ${setting} can be used: ${unfit.join('; ')}`)
}

/** The string once for each of its hosts. A port belongs to the host in the same place; one port belongs to all. */
function eachHost(given: string, setting: string): string[] {
  const { login, hosts: authority, path, parameters } = splitServers(given)
  const hosts = parameters.get('host')?.split(',')
  const ports = parameters.get('port')?.split(',')
  const authorities = authority.split(',')
  const count = Math.max(authorities.length, hosts?.length ?? 0, ports?.length ?? 0)
  if (count === 1) return [given]
  for (const list of [hosts, ports, authorities]) {
    if (list && list.length > 1 && list.length !== count)
      throw usageError(`${setting} names ${count} servers: write one port, or one for each of them`)
  }
  return Array.from({ length: count }, (_, place) => {
    const one = (list: readonly string[]) => list[list.length === 1 ? 0 : place] ?? ''
    if (hosts) parameters.set('host', one(hosts))
    if (ports) parameters.set('port', one(ports))
    return `${login}${one(authorities)}${path}?${parameters}`
  })
}

/** Why the next server is to be tried instead; undefined if this one fits. */
async function reasonAgainst(server: ConnectionString): Promise<string | undefined> {
  const wanted = server.url.searchParams.get('target_session_attrs') ?? 'any'
  if (wanted !== 'any' && !WRITES.has(wanted))
    throw usageError(`${server.setting} has target_session_attrs=${wanted}: use any, read-write or primary`)
  try {
    return await withOwnerClient(server, async (client) => {
      const { rows } = await client.query<{ writes: boolean }>(
        "select not pg_is_in_recovery() and not current_setting('transaction_read_only')::bool as writes",
      )
      return wanted === 'any' || rows[0]?.writes ? undefined : `${server.name} accepts no writes`
    })
  } catch (error) {
    if (error instanceof Failure && !refused(error)) return messageOf(error)
    throw error
  }
}

/** PostgreSQL answered and refused; a server that is starting or stopping is passed over. */
function refused({ cause }: Failure): boolean {
  const code = codeOf(cause) ?? ''
  return isSqlState(code) && !code.startsWith('57P0')
}
