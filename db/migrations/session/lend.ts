import { randomBytes } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import type pg from 'pg'
import { failed } from 'postgres-kit/failure.ts'
import { errorFields, firstString, int32, type Message, message, messageReader, strings } from './wire.ts'

/** A statement that PostgreSQL refused while the session was lent, and its position in the text. */
export interface Refusal {
  /** The text that was sent, with any number of statements. */
  text: string
  /** How many of its statements were completed. */
  done: number
  sqlstate: string
  message: string
  detail: string | undefined
  hint: string | undefined
  /** Position in `text`, in characters from 1. */
  position: number | undefined
}

/** A statement of a text, and where it begins, in characters from 0. */
export interface Part {
  text: string
  offset: number
}

/** The statements of a text; none if they cannot be told apart. */
export type Split = (text: string) => Part[]

/** A session that another program uses. */
export interface Loan {
  /** Connection string for that program; invalid after `end()`. */
  url: string
  /** The last refusal. */
  refusal(): Refusal | undefined
  /** Takes the session back; returns false if the program left a statement or transaction open. */
  end(): Promise<boolean>
}

const PASSWORD_REQUEST = message('R', int32(3))
const PASSWORD_ACCEPTED = message('R', int32(0))
const SYNC = message('S')
const PROTOCOL_3 = 3

/**
 * Lends a session to a program that takes a connection string. The program connects to a port on loopback, with a temporary
 * password, and its messages are forwarded through the session's own socket. So the program uses exactly the session that
 * holds the lock, and loses it when this process ends.
 *
 * The program may open several connections, but may use only one at a time, because there is one session.
 *
 * @param split if given, the statements of one message are sent one by one, and the answer is the same
 */
export async function lend(client: pg.Client, split?: Split): Promise<Loan> {
  const greeting = await greet(client)
  const password = randomBytes(24).toString('base64url')
  const borrowed = borrow(client)
  // If the connection is lost meanwhile, `end()` reports it.
  borrowed.catch(() => {})
  const { stream } = client.connection
  const sockets = new Set<Socket>()
  let asking: Socket | undefined
  let idle = true
  // Number of ReadyForQuery messages to come from the server: one for each simple query and each Sync.
  let owed = 0
  // The server sends an error before the ReadyForQuery of its query. The borrower may have disconnected by then.
  let refused = false
  let whenReady = () => {}
  let sent = ''
  let done = 0
  let refusal: Refusal | undefined
  /** Statements of the message that are not sent yet, and where the one that was sent begins. */
  let rest: Part[] = []
  let offset = 0

  const fromServer = messageReader()
  const onData = (chunk: Buffer) => {
    const answer: Buffer[] = []
    for (const { type, body, bytes } of fromServer(chunk)) {
      if (type === 'C') done++
      if (type === 'Z' && sendNext()) continue
      answer.push(bytes)
      if (type === 'E') {
        rest = []
        refusal = readRefusal(body, sent, done, offset)
        refused = owed > 0
      }
      if (type === 'Z') {
        idle = body.toString() === 'I'
        owed--
        refused = false
        whenReady()
      }
    }
    if (answer.length > 0) asking?.write(Buffer.concat(answer))
  }
  const sendNext = () => {
    const next = rest.shift()
    if (next === undefined) return false
    offset = next.offset
    stream.write(message('Q', strings(next.text)))
    return true
  }
  const closeAll = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    whenReady()
  }
  const restore = replaceDataListeners(client, onData)

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    serve(socket, password, greeting, ({ type, body, bytes }) => {
      if (type === 'X') return socket.end()
      if (type === 'Q' || type === 'P') {
        sent = type === 'Q' ? firstString(body) : ''
        done = 0
      }
      if (type === 'Q' || type === 'S') owed++
      asking = socket
      idle = false
      offset = 0
      rest = type === 'Q' && split ? split(sent) : []
      if (rest.length < 2) rest = []
      if (!sendNext()) stream.write(bytes)
    })
  })
  const port = await listen(server)
  // Otherwise dbmate would reconnect and wait forever.
  if (stream.destroyed) closeAll()
  else stream.once('close', closeAll)

  return {
    url: `postgres://migrate:${password}@127.0.0.1:${port}/migrate?sslmode=disable`,
    refusal: () => refusal,
    end: async () => {
      rest = []
      closeAll()
      if (refused && !stream.destroyed)
        await new Promise<void>((resolve) => {
          whenReady = resolve
        })
      stream.off('close', closeAll)
      restore()
      if (!idle || stream.destroyed) {
        stream.destroy()
        await borrowed.catch(() => {})
        return false
      }
      // Its answer tells pg's client that the session is free again.
      stream.write(SYNC)
      await borrowed
      return true
    },
  }
}

/** The messages that a server sends to a client after its login. */
async function greet(client: pg.Client): Promise<Buffer> {
  const names = [
    'server_version',
    'server_encoding',
    'client_encoding',
    'DateStyle',
    'TimeZone',
    'integer_datetimes',
  ]
  const { rows } = await client.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from unnest($1::text[]) as name',
    [[...names, 'standard_conforming_strings']],
  )
  return Buffer.concat([
    PASSWORD_ACCEPTED,
    ...rows.map(({ name, value }) => message('S', strings(name, value))),
    // No process id for cancel requests: this process cancels.
    message('K', int32(0, 0)),
    message('Z', Buffer.from('I')),
  ])
}

/** Keeps pg's client from using the session. To pg, this is a query that runs until the session answers a Sync. */
function borrow(client: pg.Client): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query({
      submit: () => {},
      handleReadyForQuery: () => resolve(),
      handleError: reject,
    })
  })
}

function replaceDataListeners(client: pg.Client, onData: (chunk: Buffer) => void): () => void {
  const { stream } = client.connection
  const listeners = stream.rawListeners('data')
  stream.removeAllListeners('data')
  stream.on('data', onData)
  return () => {
    stream.off('data', onData)
    for (const listener of listeners) stream.on('data', (chunk: Buffer) => listener(chunk))
  }
}

/** Logs a program in, then passes on its messages. */
function serve(
  socket: Socket,
  password: string,
  greeting: Buffer,
  onMessage: (message: Message) => void,
): void {
  const read = messageReader()
  let loggedIn = false
  // The first message has no type byte.
  let startup: Buffer | undefined = Buffer.alloc(0)
  const receive = (chunk: Buffer) => {
    for (const received of read(chunk)) {
      if (loggedIn) onMessage(received)
      else if (received.type === 'p' && firstString(received.body) === password) {
        loggedIn = true
        socket.write(greeting)
      } else socket.destroy()
    }
  }
  socket.on('data', (chunk: Buffer) => {
    if (startup === undefined) return receive(chunk)
    startup = Buffer.concat([startup, chunk])
    if (startup.length < 8 || startup.length < startup.readInt32BE(0)) return
    // Requests to cancel or to encrypt have another number. Neither is supported.
    if (startup.readInt16BE(4) !== PROTOCOL_3) return socket.destroy()
    const rest = startup.subarray(startup.readInt32BE(0))
    startup = undefined
    socket.write(PASSWORD_REQUEST)
    receive(rest)
  })
}

function readRefusal(body: Buffer, text: string, done: number, offset: number): Refusal {
  const fields = errorFields(body)
  const position = fields.get('P')
  return {
    text,
    done,
    sqlstate: fields.get('C') ?? 'unknown',
    message: fields.get('M') ?? '',
    detail: fields.get('D'),
    hint: fields.get('H'),
    position: position === undefined ? undefined : Number(position) + offset,
  }
}

async function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address) resolve(address.port)
      else reject(failed('no port on loopback could be opened'))
    })
  })
}
