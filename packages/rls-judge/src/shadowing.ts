import pg from 'pg'
import { FUNCTIONS } from '../../../db/access.ts'
import { SEARCH_PATH } from '../../../db/client/identity.ts'
import { compare, type Part, type Verdict } from './check.ts'
import { listActors } from './matrix/actors.ts'
import { makeFixtures } from './matrix/fixtures.ts'
import { readShapes } from './matrix/shapes.ts'
import { expectEqual } from './session.ts'
import { type Call, callsOf } from './shadowing/calls.ts'
import { ALARM, ALARM_TEXT, KINDS, type Kind, shadowsOf } from './shadowing/kinds.ts'
import { namesInFunctions } from './shadowing/names.ts'

/** The caller's own. pg_catalog is named: named nowhere, it would stand in front of the shadows. */
const HOSTILE_PATH = 'pg_temp, pg_catalog, public, private, auth'

/**
 * An attack on every function of db/access.ts: the caller makes temporary objects of every kind, under every name that
 * stands in a function on the way (the platform's in `auth` included), puts pg_temp first in search_path, and calls
 * it. PostgreSQL looks for types and relations in pg_temp first unless search_path names it in another place, and a
 * function that is called inherits the path of its caller.
 */
export const shadowing: Part = {
  file: 'packages/rls-judge/src/shadowing.ts',
  async *run(client) {
    const { ids } = await makeFixtures(client, await readShapes(client))
    const bob = listActors(ids).find(({ name }) => name === 'bob')
    if (!bob) throw new Error('no actor bob')
    const people = [ids.ada, ids.bob]
    await client.query("update public.documents set content_text = 'oak' where user_id = any ($1)", [people])
    await client.query("update public.document_chunks set content = 'oak' where user_id = any ($1)", [people])
    const calls = callsOf(ids)
    yield compare('every function is attacked here', Object.keys(calls), Object.keys(FUNCTIONS))

    const attack = new Attack(client, bob.claims)
    const answers = new Map<string, string>()
    for (const [name, call] of Object.entries(calls)) answers.set(name, (await attack.call(call)).answer)
    for (const call of ASKING) answers.set(call.sql, (await attack.call(call)).answer)
    const names = await namesInFunctions(client)
    const owner = (await client.query<{ name: string }>('select current_user as name')).rows[0]?.name
    for (const kind of KINDS) yield* attackWith(kind, attack, names, calls, answers, String(owner))
  },
}

async function* attackWith(
  kind: Kind,
  attack: Attack,
  names: readonly string[],
  calls: Readonly<Record<string, Call>>,
  answers: ReadonlyMap<string, string>,
  owner: string,
): AsyncGenerator<Verdict> {
  await attack.prepare(kind, names)
  // Without this the attack could be none.
  if (kind.proof) {
    const { ranAs } = await attack.call({ sql: kind.proof, as: 'authenticated' })
    yield expectEqual(`${kind.name}: an unqualified name is the shadow`, ranAs, ['authenticated'])
  }
  for (const [name, call] of Object.entries(calls)) {
    const { answer, ranAs } = await attack.call(call)
    yield expectEqual(`${kind.name}: ${name} answers as without them`, answer, answers.get(name))
    yield expectEqual(`${kind.name}: ${name} calls none of them`, ranAs, [])
  }
  yield* policies(kind, attack, answers, owner)
  await attack.end()
}

/** Statements whose policies and defaults ask auth.uid(), with the rights and the path of whoever runs them. */
const ASKING: readonly Call[] = [
  { sql: 'select user_id, filename from public.documents', as: 'authenticated' },
  { sql: 'insert into public.agent_sessions default values returning user_id', as: 'authenticated' },
]

/** What a session that somebody prepared does to them: nothing with the client's path, and never as the owner. */
async function* policies(
  kind: Kind,
  attack: Attack,
  answers: ReadonlyMap<string, string>,
  owner: string,
): AsyncGenerator<Verdict> {
  for (const call of ASKING) {
    const { answer, ranAs } = await attack.call(call, SEARCH_PATH)
    yield expectEqual(
      `${kind.name}: with the client's path, ${call.sql} answers as without them`,
      answer,
      answers.get(call.sql),
    )
    yield expectEqual(`${kind.name}: with the client's path, ${call.sql} calls none of them`, ranAs, [])
    const { ranAs: moved } = await attack.call(call)
    yield expectEqual(
      `${kind.name}: ${call.sql} calls them as its caller at most`,
      moved.includes(owner),
      false,
    )
  }
}

interface Answer {
  /** Rows of the second call, or the error, as text. */
  answer: string
  /** The roles that shadows ran as. */
  ranAs: string[]
}

/** The attacker's session. */
class Attack {
  readonly #client: pg.Client
  readonly #claims: string

  constructor(client: pg.Client, claims: string) {
    this.#client = client
    this.#claims = claims
  }

  /** Makes a kind's shadows, as the attacker. */
  async prepare(kind: Kind, names: readonly string[]): Promise<void> {
    const statements = await shadowsOf(this.#client, kind, names)
    if (statements.length === 0) throw new Error(`no statement makes ${kind.name}`)
    await this.#client.query(`savepoint shadows; ${this.#become('authenticated')}; ${ALARM}`)
    for (const statement of statements) {
      try {
        await this.#client.query(statement)
      } catch (error) {
        throw new Error(`${kind.name}: ${statement}`, { cause: error })
      }
    }
  }

  async end(): Promise<void> {
    await this.#client.query('rollback to savepoint shadows; release savepoint shadows')
  }

  /** Calls twice, the second time with the plans of the first, and takes everything back. */
  async call({ sql, as }: Call, path = HOSTILE_PATH): Promise<Answer> {
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
      answer = error instanceof pg.DatabaseError ? `${error.code} ${error.message}` : String(error)
    }
    await this.#client.query('rollback to savepoint called; release savepoint called')
    this.#client.off('notice', listen)
    return { answer, ranAs: [...ranAs].sort() }
  }

  #become(role: Call['as']): string {
    const claims = pg.escapeLiteral(this.#claims)
    return `set local role none; select pg_catalog.set_config('request.jwt.claims', ${claims}, true); set local role ${role}`
  }
}
