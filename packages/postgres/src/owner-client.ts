import pg from 'pg'
import { connectionOptions } from './connection-options.ts'
import type { ConnectionString } from './connection-string.ts'
import { codeOf, environmentError, Failure, messageOf } from './failure.ts'

/** Shown in pg_stat_activity, unless the connection string or PGAPPNAME sets another name. */
const APPLICATION_NAME = 'postgres-kit'
const CONNECT_TIMEOUT_MS = 10_000
const OLDEST_SERVER = 150_000

/**
 * Runs `work` with one connection, as the owner of the database, and closes it on every path.
 *
 * @throws Failure (2) if the server cannot be reached, refuses the login, or is older than PostgreSQL 15
 */
export async function withOwnerClient<T>(
  connection: ConnectionString,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connectOwner(connection)
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/** An open connection of the owner; the caller must `end()` it. */
export async function connectOwner(connection: ConnectionString): Promise<pg.Client> {
  // pg would send PGOPTIONS to the server. An owner's session must have only the settings of the server and of the
  // connection string. (Empty options would also work, but poolers refuse any options.)
  delete process.env.PGOPTIONS
  const client = new pg.Client({
    ...connectionOptions(connection),
    fallback_application_name: APPLICATION_NAME,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  // If the connection is lost later, the running query rejects; without this listener, the process would end.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ number: number; version: string }>(
      "select current_setting('server_version_num')::int as number, current_setting('server_version') as version",
    )
    const server = rows[0]
    if (!server || server.number < OLDEST_SERVER) {
      throw environmentError(`${connection.name} is PostgreSQL ${server?.version}: 15 or newer is needed`)
    }
    return client
  } catch (error) {
    // Not awaited: it never settles if the other side accepted the connection and sent nothing.
    void client.end().catch(() => {})
    throw explain(error, connection)
  }
}

/** Whether an error's code is PostgreSQL's: those have a digit; Node's, such as EPIPE, have none. */
export function isSqlState(code: string): boolean {
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code)
}

function explain(error: unknown, { name, setting }: ConnectionString): Failure {
  if (error instanceof Failure) return error
  const code = codeOf(error) ?? ''
  const advice = ADVICE[code] ?? (isSqlState(code) ? REFUSED : adviceByMessage(messageOf(error)))
  return environmentError(
    `cannot connect to ${name}: ${messageOf(error).split('\n')[0]}. ${advice(setting)}`,
    error,
  )
}

/** Advice, given the name of the setting to correct. */
type Advice = (setting: string) => string

const NO_ANSWER: Advice = (setting) => `No answer: check host and port in ${setting}, and the firewall`

const REFUSED: Advice = (setting) =>
  `PostgreSQL refused the connection: check user and database in ${setting}`

const STARTS_OR_STOPS: Advice = () => 'The server is starting, stopping or recovering: try again in a moment'

const ADVICE: Record<string, Advice> = {
  ECONNREFUSED: (setting) =>
    `Nothing listens there: start the server, or correct host and port in ${setting}`,
  ENOENT: (setting) => `There is no such socket: start the server, or correct the folder in ${setting}`,
  EACCES: (setting) => `This user may not use that socket: correct the folder in ${setting}`,
  ENOTFOUND: (setting) => `No such host: correct the host in ${setting}`,
  EAI_AGAIN: (setting) => `The host name cannot be looked up: check the host in ${setting} and the network`,
  ETIMEDOUT: NO_ANSWER,
  '28P01': (setting) => `The server refused the password: correct it in ${setting}`,
  '28000': (setting) => `The server refused the login: check the user in ${setting} and pg_hba.conf`,
  '3D000': (setting) => `Create the database, or correct its name in ${setting}`,
  '53300': () => 'The server has no free connections: close some, or use a pooler',
  '57P01': STARTS_OR_STOPS,
  '57P02': STARTS_OR_STOPS,
  '57P03': STARTS_OR_STOPS,
}

function adviceByMessage(message: string): Advice {
  if (/timeout/i.test(message)) return NO_ANSWER
  // The words of pg.
  if (/password must be a/i.test(message))
    return (setting) =>
      `The server asks for a password: add it to ${setting}, as in postgres://user:password@host/database`
  if (/self.signed certificate|unable to (verify|get (local )?issuer)/i.test(message))
    return (setting) =>
      `Its certificate is signed by an authority unknown to this machine: add sslrootcert=/path/to/authority.pem to ${setting}`
  if (/does not match certificate/i.test(message))
    return (setting) =>
      `Its certificate is for another host: correct the host in ${setting}, or with the authority in sslrootcert add sslmode=verify-ca`
  if (/SSL|certificate|TLS/i.test(message))
    return (setting) => `Set sslmode in ${setting} to a mode that the server supports`
  return (setting) =>
    `What listens there does not speak the PostgreSQL protocol as expected: check host and port in ${setting}`
}
