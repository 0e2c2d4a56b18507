import pg from 'pg'
import type { Verdict } from '../check.ts'
import type { Shape } from '../matrix/shapes.ts'
import { anchorText } from '../matrix/values.ts'
import { become, expectCode, expectEqual } from '../session.ts'
import { findActor, type Stage } from '../stage.ts'

/** A cursor reads as the role of its first FETCH. It never shows another user's row, and ends with the transaction. */
export async function* cursors(
  client: pg.Client,
  shape: Shape,
  { actors, bob, fixtures, attempt }: Stage,
): AsyncGenerator<Verdict> {
  // A role without SELECT cannot open a cursor, and rows that everybody may read are not hidden.
  if (!shape.access.authenticated.select || shape.rows === 'everybody') return
  const { table, name } = shape
  const ada = findActor(actors, 'ada')
  await client.query('savepoint cursors')
  await become(client, ada)
  await client.query(
    `declare mine cursor for select ${pg.escapeIdentifier(shape.anchor.name)} as anchor from ${table}`,
  )
  const fetched = await attempt(bob, 'fetch all from mine')
  const hers = anchorText(shape, fixtures.seeds.ada)
  yield expectEqual(
    `bob: a cursor on ${name} that ada opened shows him none of her rows`,
    fetched.rows.filter(({ anchor }) => String(anchor) === hers),
    [],
  )
  await client.query('rollback to savepoint cursors')
  if (shape.access.authenticated.update) {
    const column = pg.escapeIdentifier(shape.access.authenticated.update[0] ?? '')
    await become(client, ada)
    await client.query(
      `declare mine cursor for select ${pg.escapeIdentifier(shape.id.name)} from ${table} for update; fetch 1 from mine`,
    )
    yield expectCode(
      `bob: update of ${name} where current of a cursor that ada opened`,
      await attempt(bob, `update ${table} set ${column} = ${column} where current of mine`),
      '0',
    )
  }
  await client.query('rollback to savepoint cursors; release savepoint cursors')
  yield expectCode(
    `bob: a cursor on ${name} is closed when its transaction is rolled back`,
    await attempt(bob, 'fetch all from mine'),
    '34000',
  )
}
