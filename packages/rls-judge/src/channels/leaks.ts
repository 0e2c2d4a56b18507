import type pg from 'pg'
import type { Verdict } from '../check.ts'
import type { Shape } from '../matrix/shapes.ts'
import { expectCode, expectEqual } from '../session.ts'
import { makeTemporary, type Stage, withSetUp } from '../stage.ts'
import { listen, mentions, SECRET } from './listen.ts'
import { HARMLESS, hideSecret } from './secrets.ts'

/** A leaky function in a WHERE clause never receives another user's values. */
export async function* leakyFunctions(client: pg.Client, stage: Stage): AsyncGenerator<Verdict> {
  for (const shape of stage.shapes) {
    if (shape.rows === 'everybody' || !shape.access.authenticated.select) continue
    yield* withSetUp(client, stage, async function* () {
      const [column] = await hideSecret(client, shape, stage)
      if (column === undefined) return
      await makeTemporary(client, stage, stage.bob, TELL)
      yield* predicatesOn(client, shape, column, stage)
    })
  }
}

/** Leaky functions and an operator, created by the caller. */
const TELL = `
  create function pg_temp.tell(value text) returns boolean language plpgsql immutable cost 0.0000001
  as $$ begin raise notice 'told: %', value; return true; end $$;
  create function pg_temp.tell(a text, b text) returns boolean language plpgsql immutable cost 0.0000001
  as $$ begin raise notice 'told: % %', a, b; return true; end $$;
  create operator pg_temp.<<< (function = pg_temp.tell, leftarg = text, rightarg = text, restrict = scalarltsel);
`

async function* predicatesOn(
  client: pg.Client,
  { name, table }: Shape,
  column: string,
  { bob, attempt }: Stage,
): AsyncGenerator<Verdict> {
  const text = `${column}::text`
  const predicates = {
    'a cheap function that reveals its argument': `pg_temp.tell(${text})`,
    'an operator that reveals its arguments': `${text} operator(pg_temp.<<<) 'z'`,
    'a cast that quotes an invalid value': `${text}::integer > 0`,
    'a division by zero': `1 / (case when ${column} = '${SECRET}' then 0 else 1 end) = 1`,
    'a JSON parser that quotes an invalid value': `${column} = '${HARMLESS}' or ${text}::jsonb is not null`,
    'a regular expression from the row': `'x' ~ ('(' || ${column} || ')') or true`,
    'a subquery': `(select pg_temp.tell(${text}))`,
    'a whole row': 'pg_temp.tell(t::text)',
    'a having clause': `true group by ${column} having pg_temp.tell(${text})`,
  }
  for (const [what, predicate] of Object.entries(predicates)) {
    const { outcome, heard } = await listen(client, () =>
      attempt(bob, `select from ${table} t where ${predicate}`),
    )
    yield expectEqual(
      `${name}: in a WHERE clause, ${what}, sees only the caller's rows`,
      mentions([outcome.message, outcome.detail, ...heard]),
      [],
    )
    yield expectCode(`${name}: in a WHERE clause, ${what}, finds the caller's row`, outcome, '1')
  }
}
