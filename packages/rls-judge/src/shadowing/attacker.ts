import pg from 'pg'
import { becomeText } from 'postgres-kit/caller.ts'
import { Ended, wasEnded } from '../limit.ts'
import type { Call } from '../project.ts'
import { ALARM, ALARM_TEXT, type Kind, shadowsOf } from './kinds.ts'

export interface Answer {
  /** Rows of the second call, or the error, as text. */
  answer: string
  /** The roles that shadows ran as. */
  ranAs: string[]
}

/** The session of somebody who makes temporary objects and then calls. */
export class Attacker {
  readonly #client: pg.Client
  readonly #claims: string
  /** The caller's path. It names pg_catalog, which otherwise would come before the temporary objects. */
  readonly #path: string
  readonly #schemas: readonly string[]

  constructor(client: pg.Client, claims: string, schemas: readonly string[]) {
    this.#client = client
    this.#claims = claims
    this.#schemas = ['pg_catalog', ...schemas]
    this.#path = ['pg_temp', 'pg_catalog', ...schemas.map((name) => pg.escapeIdentifier(name))].join(', ')
  }

  /** Makes the temporary objects of a kind. Returns false if no function uses a name of this kind. */
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

  /** Calls twice, the second time with the cached plans, and rolls back. */
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
      // Several statements in one text have several results.
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
