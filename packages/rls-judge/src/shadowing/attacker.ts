import pg from 'pg'
import type { Caller } from 'postgres-kit/caller.ts'
import { Ended, wasEnded } from '../limit.ts'
import type { Call } from '../project.ts'
import { IN_SAVEPOINTS, type Transport } from '../transport.ts'
import { ALARM, ALARM_TEXT, type Kind, shadowsOf } from './kinds.ts'

export interface Answer {
  /** The rows of the second call, or the error, as text. */
  answer: string
  /** The roles as which temporary objects ran. */
  ranAs: string[]
}

/** The session of a caller who creates temporary objects and then calls functions. */
export class Attacker {
  readonly #client: pg.Client
  readonly #claims: string
  /** The caller's search_path. It lists pg_catalog, which would otherwise precede the temporary objects. */
  readonly #path: string
  readonly #schemas: readonly string[]

  readonly #transport: Transport

  constructor(
    client: pg.Client,
    claims: string,
    schemas: readonly string[],
    transport: Transport = IN_SAVEPOINTS,
  ) {
    this.#client = client
    this.#transport = transport
    this.#claims = claims
    this.#schemas = ['pg_catalog', ...schemas]
    this.#path = ['pg_temp', 'pg_catalog', ...schemas.map((name) => pg.escapeIdentifier(name))].join(', ')
  }

  /** Creates the temporary objects of a kind. Returns false if no function uses a name of this kind. */
  async prepare(kind: Kind, names: readonly string[]): Promise<boolean> {
    const statements = await shadowsOf(this.#client, kind, names, this.#schemas)
    const { enter, keep } = this.#transport.lasting
    await this.#send([...enter(this.#caller('authenticated')), ALARM])
    for (const statement of statements) {
      try {
        await this.#client.query(statement)
      } catch (error) {
        throw new Error(`${kind.name}: ${statement}`, { cause: error })
      }
    }
    await this.#send(keep)
    return statements.length > 0
  }

  async end(): Promise<void> {
    await this.#client.query(this.#transport.lasting.undo)
  }

  /** Calls a function twice, the second time with cached plans, and rolls back. */
  async call({ sql, as }: Call, path = this.#path): Promise<Answer> {
    const ranAs = new Set<string>()
    const listen = ({ message = '' }: { message?: string | undefined }) => {
      if (message.startsWith(ALARM_TEXT)) ranAs.add(message.slice(ALARM_TEXT.length))
    }
    this.#client.on('notice', listen)
    await this.#send([...this.#transport.enter(this.#caller(as)), `set local search_path = ${path}`])
    let answer: string
    try {
      await this.#client.query(`savepoint first; ${sql}; rollback to savepoint first`)
      // A text with several statements has several results.
      answer = JSON.stringify([await this.#client.query(sql)].flat().at(-1)?.rows)
    } catch (error) {
      if (wasEnded(error, sql)) throw new Ended(sql)
      answer = error instanceof pg.DatabaseError ? `${error.code} ${error.message}` : String(error)
    }
    await this.#client.query(this.#transport.undo)
    this.#client.off('notice', listen)
    return { answer, ranAs: [...ranAs].sort() }
  }

  #caller(role: Call['as']): Caller {
    return { role, claims: this.#claims }
  }

  async #send(texts: readonly string[]): Promise<void> {
    for (const text of texts) await this.#client.query(text)
  }
}
