import pg from 'pg'
import { FUNCTIONS } from '../../../db/access.ts'
import type { Part, Verdict } from './check.ts'
import { type Actor, BROKEN_CLAIMS, listActors } from './matrix/actors.ts'
import { prepareAttempts, tryCells } from './matrix/attempts.ts'
import { type Fixtures, makeFixtures } from './matrix/fixtures.ts'
import { readShapes, type Shape } from './matrix/shapes.ts'
import { attempt, become, expectCode, expectEqual } from './session.ts'

/** Forms of the matrix that need the session itself: plans and cursors made as somebody else, COPY, functions. */
export const forms: Part = {
  file: 'packages/rls-judge/src/forms.ts',
  async *run(client, { exhaustive = false }) {
    const shapes = await readShapes(client)
    const fixtures = await makeFixtures(client, shapes)
    const actors = listActors(fixtures.ids).filter(({ variant }) => exhaustive || !variant)
    await prepareAttempts(client)
    yield* callFunctions(client, actors)
    yield* filesAndPrograms(client, actors)
    for (const shape of shapes) {
      yield* copy(client, shape, fixtures, actors)
      yield* preparedPlans(client, shape, fixtures, actors)
      yield* functionPlans(client, shape, fixtures, actors)
      yield* cursors(client, shape, fixtures, actors)
    }
  },
}

/** How many executions make PostgreSQL keep one plan for all: five custom ones come first. */
const UNTIL_GENERIC = 6

const name = (shape: Shape) => `public.${pg.escapeIdentifier(shape.name)}`

function find(actors: readonly Actor[], wanted: string): Actor {
  const actor = actors.find((each) => each.name === wanted)
  if (!actor) throw new Error(`no actor ${wanted}`)
  return actor
}

/** What a read of a person's rows must give: that many rows, or the SQLSTATE. */
function readable({ access }: Shape, actor: Actor, person: 'ada' | 'bob'): string {
  if (actor.role === 'service_role') return access.service_role.includes('select') ? '1' : '42501'
  if (actor.role !== 'authenticated' || !access.authenticated.select) return '42501'
  if (actor.broken) return BROKEN_CLAIMS
  return actor.identity === person ? '1' : '0'
}

/** Every function × actor: whoever may not execute it gets 42501, everybody else something else. */
async function* callFunctions(client: pg.Client, actors: readonly Actor[]): AsyncGenerator<Verdict> {
  for (const [signature, { execute }] of Object.entries(FUNCTIONS)) {
    const types = signature
      .slice(signature.indexOf('(') + 1, -1)
      .split(',')
      .filter(Boolean)
    const call = `select ${signature.slice(0, signature.indexOf('('))}(${types.map((type) => `null::${type}`).join(', ')})`
    for (const actor of actors) {
      const { code, message } = await attempt(client, actor, call)
      const denied = code === '42501'
      const may = execute.includes(actor.role)
      const label = `${actor.name} ${may ? 'may' : 'may not'} call ${signature}`
      yield denied === !may ? { name: label } : { name: label, diagnosis: `have: ${code} ${message}` }
    }
  }
}

async function* copy(
  client: pg.Client,
  shape: Shape,
  { ids }: Fixtures,
  actors: readonly Actor[],
): AsyncGenerator<Verdict> {
  const table = name(shape)
  const granted = shape.access.authenticated.insert
  for (const actor of actors) {
    for (const person of ['ada', 'bob'] as const) {
      const rows = `select * from ${table} where user_id = '${ids[person]}'`
      yield expectCode(
        `${actor.name}: copy rows of ${person} out of ${shape.name}`,
        await attempt(client, actor, `copy (${rows}) to stdout`),
        readable(shape, actor, person),
      )
    }
    if (actor.role !== 'service_role') {
      const own =
        actor.identity === 'ada' || actor.identity === 'bob'
          ? readable(shape, actor, actor.identity)
          : undefined
      yield expectCode(
        `${actor.name}: copy all of ${shape.name} out`,
        await attempt(client, actor, `copy ${table} to stdout`),
        own ?? (readable(shape, actor, 'ada') === '1' ? '0' : readable(shape, actor, 'ada')),
      )
    }
    // PostgreSQL has no COPY FROM under row level security: 0A000. 57014: it would have taken the data.
    const into = (columns: readonly string[]) => `copy ${table} (${columns.join(', ')}) from stdin`
    if (granted) {
      yield expectCode(
        `${actor.name}: copy granted columns into ${shape.name}`,
        await attempt(client, actor, into(granted)),
        actor.role === 'service_role'
          ? serverCopy(shape)
          : actor.role === 'authenticated'
            ? '0A000'
            : '42501',
      )
    }
    yield expectCode(
      `${actor.name}: copy all columns into ${shape.name}`,
      await attempt(
        client,
        actor,
        into(shape.columns.filter((column) => !column.generated).map((column) => column.name)),
      ),
      actor.role === 'service_role' ? serverCopy(shape) : '42501',
    )
  }
}

/** COPY reads and writes files of the server, and starts programs there, for superusers only. */
async function* filesAndPrograms(client: pg.Client, actors: readonly Actor[]): AsyncGenerator<Verdict> {
  const statements = [
    "copy t to program 'true'",
    "copy t from program 'true'",
    "copy t to '/tmp/x'",
    "copy t from '/etc/passwd'",
  ]
  for (const actor of actors) {
    for (const statement of statements) {
      yield expectCode(
        `${actor.name}: ${statement}`,
        await attempt(client, actor, statement.replace(' t ', ' public.documents ')),
        '42501',
      )
    }
  }
}

function serverCopy({ access }: Shape): string {
  return access.service_role.includes('insert') ? '57014' : '42501'
}

/** CVE-2016-2193, CVE-2024-10976: a plan that was made for one role or user must not serve another. */
async function* preparedPlans(
  client: pg.Client,
  shape: Shape,
  { ids }: Fixtures,
  actors: readonly Actor[],
): AsyncGenerator<Verdict> {
  for (const planner of ['ada', 'service_role']) {
    await client.query('savepoint plans')
    await become(client, find(actors, planner))
    await client.query(`prepare rows_of (uuid) as select id from ${name(shape)} where user_id = $1`)
    for (let n = 0; n < UNTIL_GENERIC; n++) await client.query(`execute rows_of ('${ids.ada}')`)
    for (const actor of actors) {
      for (const person of ['ada', 'bob'] as const) {
        yield expectCode(
          `${actor.name}: rows of ${person} in ${shape.name} by a statement that ${planner} prepared`,
          await attempt(client, actor, `execute rows_of ('${ids[person]}')`),
          readable(shape, actor, person),
        )
      }
    }
    await client.query('deallocate rows_of; rollback to savepoint plans; release savepoint plans')
  }
}

/** The same for the plans that functions keep, with the table read directly, in a subquery and in a CTE. */
async function* functionPlans(
  client: pg.Client,
  shape: Shape,
  { ids }: Fixtures,
  actors: readonly Actor[],
): AsyncGenerator<Verdict> {
  const readers = {
    directly: `select t.id from ${name(shape)} t where t.user_id = owner`,
    'in a CTE': `with t as (select * from ${name(shape)}) select t.id from t where t.user_id = owner`,
    'in a subquery': `select s.id from (values (1)) v (n), lateral (select id, user_id from ${name(shape)} offset 0) s where s.user_id = owner`,
  }
  for (const [form, query] of Object.entries(readers)) {
    for (const [language, planner] of [
      ['plpgsql', 'ada'],
      ['plpgsql', 'service_role'],
      ['sql', 'ada'],
    ] as const) {
      await client.query('savepoint plans')
      await client.query(
        `create function pg_temp.rows_of(owner uuid) returns setof uuid language ${language} stable as $$ ${
          language === 'sql' ? query : `begin return query ${query}; end`
        } $$`,
      )
      await become(client, find(actors, planner))
      for (let n = 0; n < UNTIL_GENERIC; n++) await client.query('select pg_temp.rows_of($1)', [ids.ada])
      await client.query('set local role none')
      const cells = actors.flatMap((actor) =>
        (['ada', 'bob'] as const).map((person) => ({
          name: `${actor.name}: rows of ${person} in ${shape.name} ${form}, inside a ${language} function planned as ${planner}`,
          actor,
          sql: `select pg_temp.rows_of('${ids[person]}')`,
          expected: readable(shape, actor, person),
          untouched: [],
          table: shape.name,
        })),
      )
      yield* tryCells(client, cells)
      await client.query('rollback to savepoint plans; release savepoint plans')
    }
  }
}

/** A cursor reads as whoever fetches first; it never shows another user's row to its caller, and ends with the transaction. */
async function* cursors(
  client: pg.Client,
  shape: Shape,
  { ids }: Fixtures,
  actors: readonly Actor[],
): AsyncGenerator<Verdict> {
  const ada = find(actors, 'ada')
  const bob = find(actors, 'bob')
  await client.query('savepoint cursors')
  await become(client, ada)
  await client.query(`declare mine cursor for select user_id from ${name(shape)}`)
  const fetched = await attempt(client, bob, 'fetch all from mine')
  yield expectEqual(
    `bob: a cursor on ${shape.name} that ada opened shows him none of her rows`,
    fetched.rows.filter(({ user_id }) => user_id === ids.ada),
    [],
  )
  await client.query('rollback to savepoint cursors')
  if (shape.access.authenticated.update) {
    const column = pg.escapeIdentifier(shape.access.authenticated.update[0] ?? '')
    await become(client, ada)
    await client.query(`declare mine cursor for select id from ${name(shape)} for update; fetch 1 from mine`)
    yield expectCode(
      `bob: update of ${shape.name} where current of a cursor that ada opened`,
      await attempt(client, bob, `update ${name(shape)} set ${column} = ${column} where current of mine`),
      '0',
    )
  }
  await client.query('rollback to savepoint cursors; release savepoint cursors')
  yield expectCode(
    `bob: a cursor on ${shape.name} is gone when its transaction is undone`,
    await attempt(client, bob, 'fetch all from mine'),
    '34000',
  )
}
