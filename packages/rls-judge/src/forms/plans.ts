import pg from 'pg'
import type { Verdict } from '../check.ts'
import { judgeCells } from '../judge-cells.ts'
import type { Actor } from '../matrix/actors.ts'
import { may, readOutcome } from '../matrix/outcomes.ts'
import type { Shape } from '../matrix/shapes.ts'
import { anchorOf } from '../matrix/values.ts'
import { expectCode } from '../session.ts'
import { findActor, type Stage } from '../stage.ts'

/** Number of executions until PostgreSQL uses a generic plan: the first five use custom plans. */
const UNTIL_GENERIC = 6

const PEOPLE = ['ada', 'bob'] as const

/** The actors that may read the table: only they can create a plan. */
function planners(shape: Shape, actors: readonly Actor[], names: readonly string[]): Actor[] {
  return names.map((name) => findActor(actors, name)).filter((actor) => may(shape, actor, {}))
}

/** CVE-2016-2193, CVE-2024-10976: a plan made for one role or user must not be reused for another. */
export async function* preparedPlans(
  client: pg.Client,
  shape: Shape,
  { fixtures: { seeds }, attempt }: Stage,
  actors: readonly Actor[],
): AsyncGenerator<Verdict> {
  const { table, anchor, id } = shape
  for (const planner of planners(shape, actors, ['ada', 'service_role'])) {
    // Prepared statements outlive the transaction.
    const prepared = await attempt(
      planner,
      `prepare rows_of (${anchor.type}) as select ${pg.escapeIdentifier(id.name)} from ${table} where ${pg.escapeIdentifier(anchor.name)} = $1`,
      ...Array<string>(UNTIL_GENERIC).fill(`execute rows_of (${anchorOf(shape, seeds.ada)})`),
    )
    yield expectCode(
      `${planner.name}: rows of ada in ${shape.name} by a prepared statement`,
      prepared,
      readOutcome(shape, planner, 'ada'),
    )
    for (const actor of actors) {
      for (const person of PEOPLE) {
        yield expectCode(
          `${actor.name}: rows of ${person} in ${shape.name} by a statement that ${planner.name} prepared`,
          await attempt(actor, `execute rows_of (${anchorOf(shape, seeds[person])})`),
          readOutcome(shape, actor, person),
        )
      }
    }
    await client.query('deallocate all')
  }
}

/** The same for the cached plans of functions that read the table directly, in a subquery and in a CTE. */
export async function* functionPlans(
  client: pg.Client,
  shape: Shape,
  stage: Stage,
  actors: readonly Actor[],
): AsyncGenerator<Verdict> {
  const { table } = shape
  const { seeds } = stage.fixtures
  const anchor = pg.escapeIdentifier(shape.anchor.name)
  const id = pg.escapeIdentifier(shape.id.name)
  const readers = {
    directly: `select t.${id} from ${table} t where t.${anchor} = $1`,
    'in a CTE': `with t as (select * from ${table}) select t.${id} from t where t.${anchor} = $1`,
    'in a subquery': `select s.id from (values (1)) v (n), lateral (select ${id} as id, ${anchor} as anchor from ${table} offset 0) s where s.anchor = $1`,
  }
  for (const [form, query] of Object.entries(readers)) {
    for (const [language, name] of [
      ['plpgsql', 'ada'],
      ['plpgsql', 'service_role'],
      ['sql', 'ada'],
    ] as const) {
      for (const planner of planners(shape, actors, [name])) {
        await client.query(
          `create function pg_temp.rows_of(${shape.anchor.type}) returns setof ${shape.id.type} language ${language} stable as $$ ${
            language === 'sql' ? query : `begin return query ${query}; end`
          } $$`,
        )
        const call = (person: 'ada' | 'bob') => `select pg_temp.rows_of(${anchorOf(shape, seeds[person])})`
        // The plan stays with the session when the attempt is undone.
        yield expectCode(
          `${planner.name}: rows of ada in ${shape.name} ${form}, inside a ${language} function`,
          await stage.attempt(planner, ...Array<string>(UNTIL_GENERIC).fill(call('ada'))),
          readOutcome(shape, planner, 'ada'),
        )
        const cells = actors.flatMap((actor) =>
          PEOPLE.map((person) => ({
            name: `${actor.name}: rows of ${person} in ${shape.name} ${form}, inside a ${language} function planned as ${planner.name}`,
            actor,
            sql: call(person),
            expected: readOutcome(shape, actor, person),
            untouched: [],
            shape,
          })),
        )
        yield* judgeCells(client, stage, cells)
        await client.query(`drop function pg_temp.rows_of(${shape.anchor.type})`)
      }
    }
  }
}
