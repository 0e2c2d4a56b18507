import pg from 'pg'
import { becomeText } from 'postgres-kit/caller.ts'
import { Ended, wasEnded } from '../limit.ts'
import type { Call } from '../project.ts'
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

  constructor(client: pg.Client, claims: string, schemas: readonly string[]) {
    this.#client = client
    this.#claims = claims
    this.#schemas = ['pg_catalog', ...schemas]
    this.#path = ['pg_temp', 'pg_catalog', ...schemas.map((name) => pg.escapeIdentifier(name))].join(', ')
  }

  /** Creates the temporary objects of a kind. Returns false if no function uses a name of this kind. */
  async prepare(kind: Kind, names: readonly string[]): Promise<boolean> {
    const statements = await shadowsOf(this.#client, kind, names, this.#schemas)
    await this.#client.query(`savepoint shadows; ${this.#become('authenticated')}; ${ALARM}`)
    for (const statement of statements) {
      try {
        await this.#client.query(statement)
      } catch (error) {
        throw new Error(`${kind.name}: ${statement}`, { cause: error })
      }
    }
    return statements.length > 0
  }

  async end(): Promise<void> {
    await this.#client.query('rollback to savepoint shadows; release savepoint shadows')
  }

  /** Calls a function twice, the second time with cached plans, and rolls back. */
  async call({ sql, as }: Call, path = this.#path): Promise<Answer> {
    const ranAs = new Set<string>()
    const listen = ({ message = '' }: { message?: string | undefined }) => {
      if (message.startsWith(ALARM_TEXT)) ranAs.add(message.slice(ALARM_TEXT.length))
    }
    this.#client.on('notice', listen)
    await this.#client.query(`savepoint called; ${this.#become(as)}; set local search_path = ${path}`)
    let answer: string
    try {
      await this.#client.query(`savepoint first; ${sql}; rollback to savepoint first`)
      // A text with several statements has several results.
      answer = JSON.stringify([await this.#client.query(sql)].flat().at(-1)?.rows)
    } catch (error) {
      if (wasEnded(error, sql)) throw new Ended(sql)
      answer = error instanceof pg.DatabaseError ? `${error.code} ${error.message}` : String(error)
    }
    await this.#client.query('rollback to savepoint called; release savepoint called')
    this.#client.off('notice', listen)
    return { answer, ranAs: [...ranAs].sort() }
  }

  #become(role: Call['as']): string {
    return becomeText({ role, claims: this.#claims })
  }
}
