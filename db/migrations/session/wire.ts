/**
 * The messages of PostgreSQL's protocol that lending a session needs.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

/** A message: its type byte as a letter, and its content after the length. */
export interface Message {
  type: string
  body: Buffer
  /** The whole message as received. */
  bytes: Buffer
}

const HEADER = 5

/** Splits a stream into messages. Call it with every chunk; it returns the messages that are complete. */
export function messageReader(): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const messages: Message[] = []
    let start = 0
    while (rest.length - start >= HEADER) {
      // The length includes itself, but not the type byte.
      const end = start + 1 + rest.readInt32BE(start + 1)
      if (rest.length < end) break
      messages.push({
        type: String.fromCharCode(rest.readUInt8(start)),
        body: rest.subarray(start + HEADER, end),
        bytes: rest.subarray(start, end),
      })
      start = end
    }
    rest = rest.subarray(start)
    return messages
  }
}

export function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(HEADER)
  head.write(type, 0, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

export function int32(...numbers: number[]): Buffer {
  const buffer = Buffer.alloc(4 * numbers.length)
  for (const [index, number] of numbers.entries()) buffer.writeInt32BE(number, 4 * index)
  return buffer
}

/** Strings in the protocol's format, each followed by a zero byte. */
export function strings(...texts: string[]): Buffer {
  return Buffer.from(texts.map((text) => `${text}\0`).join(''))
}

/** The string at the beginning of a message's body. */
export function firstString(body: Buffer): string {
  return body.subarray(0, body.indexOf(0)).toString()
}

/** The fields of an ErrorResponse by their letter: C is the SQLSTATE, M the message, P the position. */
export function errorFields(body: Buffer): Map<string, string> {
  return new Map(
    body
      .toString()
      .split('\0')
      .filter((field) => field !== '')
      .map((field) => [field.slice(0, 1), field.slice(1)]),
  )
}
