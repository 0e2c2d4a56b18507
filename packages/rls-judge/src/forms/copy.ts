import pg from 'pg'
import type { Verdict } from '../check.ts'
import type { Actor } from '../matrix/actors.ts'
import { DENIED, readOutcome } from '../matrix/outcomes.ts'
import type { Shape } from '../matrix/shapes.ts'
import { belongsTo } from '../matrix/values.ts'
import { expectCode } from '../session.ts'
import type { Stage } from '../stage.ts'

/** PostgreSQL does not support COPY FROM under row level security. */
const NOT_SUPPORTED = '0A000'
/** The server accepts the COPY, and the client sends no data. */
const WOULD_COPY = '57014'

export async function* copy(
  shape: Shape,
  { attempt, platform, fixtures: { seeds } }: Stage,
  actors: readonly Actor[],
): AsyncGenerator<Verdict> {
  const { table, name } = shape
  const granted = shape.access.authenticated.insert
  for (const actor of actors) {
    for (const person of ['ada', 'bob'] as const) {
      const rows = `select * from ${table} where ${belongsTo(shape, seeds[person])}`
      yield expectCode(
        `${actor.name}: copy rows of ${person} out of ${name}`,
        await attempt(actor, `copy (${rows}) to stdout`),
        readOutcome(shape, actor, person),
      )
    }
    // Such rows may be copied by everybody, in any number.
    if (actor.role !== 'service_role' && shape.rows !== 'everybody') {
      // COPY accepts a partitioned table only as a query.
      const source = shape.access.partitioned ? `(select * from ${table})` : table
      const person = actor.identity === 'bob' ? 'bob' : 'ada'
      const expected = readOutcome(shape, actor, person)
      // As the first statement of a transaction, COPY asks the nodes before they have the identity, and copies nothing.
      const first = platform.wire && expected !== DENIED ? [`select from ${table}`] : []
      yield expectCode(
        `${actor.name}: copy all of ${name} out`,
        await attempt(actor, ...first, `copy ${source} to stdout`),
        expected,
      )
    }
    const into = (columns: readonly string[]) =>
      attempt(
        actor,
        `copy ${table} (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')}) from stdin`,
      )
    if (granted)
      yield expectCode(
        `${actor.name}: copy granted columns into ${name}`,
        await into(granted),
        copyIn(shape, actor, granted),
      )
    const all = shape.columns.filter(({ generated }) => !generated).map((column) => column.name)
    yield expectCode(
      `${actor.name}: copy all columns into ${name}`,
      await into(all),
      copyIn(shape, actor, all),
    )
  }
}

function copyIn({ access }: Shape, { role }: Actor, columns: readonly string[]): string {
  const { insert = [] } = access.authenticated
  if (role === 'authenticated' && columns.every((column) => insert.includes(column))) return NOT_SUPPORTED
  return role === 'service_role' && access.service_role.includes('insert') ? WOULD_COPY : DENIED
}

/** COPY reads and writes files of the server, and starts programs there, for superusers only. */
export async function* filesAndPrograms(
  { shapes, attempt }: Stage,
  actors: readonly Actor[],
): AsyncGenerator<Verdict> {
  const table = shapes[0]?.table ?? 'pg_catalog.pg_class'
  const statements = {
    "copy t to program 'true'": `copy ${table} to program 'true'`,
    "copy t from program 'true'": `copy ${table} from program 'true'`,
    "copy t to '/tmp/x'": `copy ${table} to '/tmp/x'`,
    "copy t from '/etc/passwd'": `copy ${table} from '/etc/passwd'`,
  }
  for (const actor of actors)
    for (const [name, statement] of Object.entries(statements))
      yield expectCode(`${actor.name}: ${name}`, await attempt(actor, statement), DENIED)
}
