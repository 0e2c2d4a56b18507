import pg from 'pg'
import { compare, type Part, type Verdict } from './check.ts'
import type { Calls, Project } from './project.ts'
import { expectEqual } from './session.ts'
import { Attacker } from './shadowing/attacker.ts'
import { KINDS, type Kind } from './shadowing/kinds.ts'
import { namesInFunctions } from './shadowing/names.ts'
import { plainCalls } from './shadowing/plain-calls.ts'
import { setStage } from './stage.ts'

/**
 * An attack on every function of the intent. The caller creates temporary objects of every kind, with every name that
 * occurs in the functions involved (including the platform's), puts pg_temp first in search_path, and calls the function.
 * PostgreSQL searches pg_temp first for types and relations unless search_path lists it elsewhere, and a called
 * function inherits the path of its caller.
 */
export function shadowing(project: Project): Part {
  const { intent, attacks } = project
  return {
    file: 'packages/rls-judge/src/shadowing.ts',
    async *run(client) {
      const { fixtures, bob, platform } = await setStage(client, project)
      const given = attacks.calls(fixtures)
      const plain = await plainCalls(client, intent, Object.keys(given.functions))
      const calls: Calls = { ...given, functions: { ...given.functions, ...plain } }
      for (const statement of calls.prepare) await client.query(statement)
      yield compare(
        'every function is attacked here',
        Object.keys(calls.functions),
        Object.keys(intent.functions),
      )
      const schemas = Object.keys(intent.schemas)
      const attacker = new Attacker(client, bob.claims, schemas, platform.wire?.transport)
      const answers = new Map<string, string>()
      for (const [name, call] of Object.entries(calls.functions))
        answers.set(name, (await attacker.call(call)).answer)
      for (const call of calls.statements) answers.set(call.sql, (await attacker.call(call)).answer)
      const names = await namesInFunctions(client, schemas)
      const { rows } = await client.query<{ name: string }>('select current_user as name')
      const attack: Attack = {
        attacker,
        names,
        calls,
        answers,
        owner: String(rows[0]?.name),
        table: Object.keys(intent.tables).find((table) => names.includes(table)),
        path: attacks.clientPath,
      }
      for (const kind of KINDS) yield* attackWith(kind, attack)
    },
  }
}

interface Attack {
  attacker: Attacker
  /** Names that occur in functions. */
  names: readonly string[]
  calls: Calls
  /** The result of each call without temporary objects. */
  answers: ReadonlyMap<string, string>
  owner: string
  /** A table that a function uses. */
  table: string | undefined
  path: string
}

async function* attackWith(kind: Kind, attack: Attack): AsyncGenerator<Verdict> {
  const { attacker, calls, names, answers, table } = attack
  const made = await attacker.prepare(kind, names)
  // Shows that PostgreSQL finds the temporary objects.
  const proof =
    kind.proof ?? (table === undefined ? undefined : kind.proofOnTable?.(pg.escapeIdentifier(table)))
  if (made && proof !== undefined) {
    const { ranAs } = await attacker.call({ sql: proof, as: 'authenticated' })
    yield expectEqual(`${kind.name}: an unqualified name finds the temporary object`, ranAs, [
      'authenticated',
    ])
  }
  for (const [name, call] of Object.entries(calls.functions)) {
    const { answer, ranAs } = await attacker.call(call)
    yield expectEqual(
      `${kind.name}: ${name} gives the same result as without them`,
      answer,
      answers.get(name),
    )
    yield expectEqual(`${kind.name}: ${name} uses none of them`, ranAs, [])
  }
  yield* policies(kind, attack)
  await attacker.end()
}

/** Checks policies with temporary objects: with the client's path they use none, and with no path one runs as the owner. */
async function* policies(
  kind: Kind,
  { attacker, calls, answers, owner, path }: Attack,
): AsyncGenerator<Verdict> {
  for (const call of calls.statements) {
    const { answer, ranAs } = await attacker.call(call, path)
    yield expectEqual(
      `${kind.name}: with the client's path, ${call.sql} gives the same result as without them`,
      answer,
      answers.get(call.sql),
    )
    yield expectEqual(`${kind.name}: with the client's path, ${call.sql} uses none of them`, ranAs, [])
    const { ranAs: moved } = await attacker.call(call)
    yield expectEqual(`${kind.name}: ${call.sql} uses them only as the caller`, moved.includes(owner), false)
  }
}
