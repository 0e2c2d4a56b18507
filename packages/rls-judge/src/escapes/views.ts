import pg from 'pg'
import type { Verdict } from '../check.ts'
import type { Shape } from '../matrix/shapes.ts'
import { anchorOf, anchorText } from '../matrix/values.ts'
import { expectCode, expectEqual } from '../session.ts'
import type { Stage } from '../stage.ts'

/** A caller's own views and CREATE TABLE AS read as the caller, and a view of another role gives no access. */
export async function* views(stage: Stage): AsyncGenerator<Verdict> {
  for (const shape of stage.shapes) {
    // Rows that everybody may read are not secret.
    if (shape.rows !== 'everybody') yield* viewsOf(shape, stage)
  }
}

async function* viewsOf(shape: Shape, { fixtures: { seeds }, bob, attempt }: Stage): AsyncGenerator<Verdict> {
  const anchor = pg.escapeIdentifier(shape.anchor.name)
  const his = anchorText(shape, seeds.bob)
  const readable = shape.access.authenticated.select === true
  for (const options of [
    '',
    'with (security_invoker)',
    'with (security_barrier)',
    'with (security_invoker = false)',
  ]) {
    const outcome = await attempt(
      bob,
      `create view pg_temp.rows ${options} as select ${anchor} as anchor from ${shape.table}`,
      'select anchor from pg_temp.rows',
    )
    yield expectEqual(
      `a caller's own view ${options} of ${shape.name} shows the caller's rows`,
      outcome.rows.filter((row) => String(row.anchor) !== his),
      [],
    )
    yield expectCode(
      `a caller's own view ${options} of ${shape.name} works`,
      outcome,
      readable ? '1' : '42501',
    )
  }
  yield expectEqual(
    `a table created from ${shape.name} contains only the caller's rows`,
    (
      await attempt(
        bob,
        `create temp table copied as select ${anchor} as anchor from ${shape.table}`,
        `select anchor from copied where anchor <> ${anchorOf(shape, seeds.bob)}`,
      )
    ).rows,
    [],
  )
  yield expectEqual(
    `a function that returns ${shape.name} as XML or JSON shows the caller's rows`,
    (
      await attempt(
        bob,
        `select 1 from (select table_to_xml(${pg.escapeLiteral(shape.table)}, true, false, '')::text as text) s where text like '%${anchorText(shape, seeds.ada)}%'`,
      )
    ).code,
    readable ? '0' : '42501',
  )
}
