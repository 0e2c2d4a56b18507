import pg from 'pg'
import type { Verdict } from '../check.ts'
import { baseColumns, insertedColumns } from '../matrix/fixtures.ts'
import type { Column, Shape } from '../matrix/shapes.ts'
import { anchorOf, freshSeed, keyIn, type Seed, valueIn } from '../matrix/values.ts'
import type { Wire } from '../platform.ts'
import type { Outcome } from '../session.ts'
import { expectEqual } from '../session.ts'
import type { Stage } from '../stage.ts'

/** Bob's attempt on Ada's row gives exactly the same answer as one on a row or account that does not exist. */
export async function* sameErrors(
  shape: Shape,
  { fixtures: { seeds }, bob, attempt, platform: { wire } }: Stage,
): AsyncGenerator<Verdict> {
  // Rows that everybody may read are not secret.
  if (shape.rows === 'everybody') return
  const absent = freshSeed()
  for (const [form, make] of Object.entries(pairsOf(shape, seeds.bob))) {
    const hers = await attempt(bob, make(seeds.ada))
    const none = await attempt(bob, make(absent))
    yield expectEqual(
      `${shape.name}, ${form}: the answer is the same whether her row exists or not`,
      answer(hers, seeds.ada, wire),
      answer(none, absent, wire),
    )
  }
}

/** Statements about a row that may or may not exist. */
function pairsOf(shape: Shape, mine: Seed): Record<string, (seed: Seed) => string> {
  const { table } = shape
  const insert = (columns: readonly Column[], id: Seed, owner: Seed, wrong = false) => {
    const values = columns.map((column) =>
      wrong && column.base === 'text' && column !== shape.id
        ? "''"
        : valueIn(shape, column, { id, owner, n: 3 }),
    )
    return `insert into ${table} (${columns.map((column) => pg.escapeIdentifier(column.name)).join(', ')}) values (${values.join(', ')})`
  }
  const usual = insertedColumns(shape)
  // Also for tables in which nobody may choose the id.
  const withId = baseColumns(shape)
  const byId = (seed: Seed) => `${pg.escapeIdentifier(shape.id.name)} = ${keyIn(shape, seed)}`
  const byOwner = (seed: Seed) => `${pg.escapeIdentifier(shape.anchor.name)} = ${anchorOf(shape, seed)}`
  const column = pg.escapeIdentifier(shape.access.authenticated.update?.[0] ?? shape.id.name)
  return {
    'insert as her': (her) => insert(usual, her, her),
    'insert as her, breaking a check': (her) => insert(usual, her, her, true),
    'insert as her on conflict do nothing': (her) => `${insert(usual, her, her)} on conflict do nothing`,
    'insert with her id': (her) => insert(withId, her, mine),
    'insert with her id on conflict': (her) => `${insert(withId, her, mine)} on conflict do nothing`,
    'select by id': (her) => `select * from ${table} where ${byId(her)}`,
    'select for update': (her) => `select * from ${table} where ${byId(her)} for update`,
    'select for update nowait by account': (her) =>
      `select * from ${table} where ${byOwner(her)} for update nowait`,
    'update by id': (her) => `update ${table} set ${column} = ${column} where ${byId(her)}`,
    'update to a null by id': (her) => `update ${table} set ${column} = null where ${byId(her)}`,
    'delete by id': (her) => `delete from ${table} where ${byId(her)}`,
    'delete by account': (her) => `delete from ${table} where ${byOwner(her)}`,
  }
}

/** The answer as the caller sees it, without the ids that the caller sent. */
function answer(
  { code, message, detail, constraint, rows }: Outcome,
  seed: Seed,
  wire: Wire | undefined,
): unknown {
  const withoutIds = (text: string) =>
    (wire?.plain(text) ?? text)
      .replaceAll(seed.row, 'ID')
      .replaceAll(seed.account, 'ACCOUNT')
      .replaceAll(String(seed.number), 'NUMBER')
  return {
    code,
    message: withoutIds(message),
    detail: withoutIds(detail),
    constraint: withoutIds(constraint),
    rows: rows.length,
  }
}
