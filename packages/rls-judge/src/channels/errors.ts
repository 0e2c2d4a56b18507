import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Verdict } from '../check.ts'
import type { Fixtures } from '../matrix/fixtures.ts'
import type { Shape } from '../matrix/shapes.ts'
import { stockValue } from '../matrix/shapes.ts'
import type { Caller, Outcome } from '../session.ts'
import { attempt, expectEqual } from '../session.ts'

/** What bob tries on ada's row gives the same answer, word for word, as on a row or an account that is not there. */
export async function* sameErrors(
  client: pg.Client,
  shape: Shape,
  { ids, rows }: Fixtures,
  bob: Caller,
): AsyncGenerator<Verdict> {
  const absent = { row: randomUUID(), account: randomUUID() }
  const table = `public.${pg.escapeIdentifier(shape.name)}`
  const statement = (id: string, owner: string, wrong: boolean) => {
    const columns = shape.columns.filter(
      (column) => column.required || ['id', 'user_id'].includes(column.name),
    )
    const values = columns.map((column) =>
      wrong && column.type === 'text' && column.name !== 'id'
        ? "''"
        : stockValue(shape, column, { id: `'${id}'`, owner: `'${owner}'`, n: 3 }),
    )
    return `insert into ${table} (${columns.map((column) => pg.escapeIdentifier(column.name)).join(', ')}) values (${values.join(', ')})`
  }
  const column = pg.escapeIdentifier(shape.access.authenticated.update?.[0] ?? 'id')
  const pairs: Record<string, (id: string, owner: string) => string> = {
    'insert as her': (id, owner) => statement(id, owner, false),
    'insert as her, breaking a check': (id, owner) => statement(id, owner, true),
    'insert as her on conflict do nothing': (id, owner) =>
      `${statement(id, owner, false)} on conflict do nothing`,
    'insert with her id': (id) => statement(id, ids.bob, false),
    'insert with her id on conflict': (id) => `${statement(id, ids.bob, false)} on conflict do nothing`,
    'select by id': (id) => `select * from ${table} where id = '${id}'`,
    'select for update': (id) => `select * from ${table} where id = '${id}' for update`,
    'select for update nowait by account': (_, owner) =>
      `select * from ${table} where user_id = '${owner}' for update nowait`,
    'update by id': (id) => `update ${table} set ${column} = ${column} where id = '${id}'`,
    'update to a null by id': (id) => `update ${table} set ${column} = null where id = '${id}'`,
    'delete by id': (id) => `delete from ${table} where id = '${id}'`,
    'delete by account': (_, owner) => `delete from ${table} where user_id = '${owner}'`,
  }
  for (const [form, make] of Object.entries(pairs)) {
    const hers = await attempt(client, bob, make(rows.ada, ids.ada))
    const none = await attempt(client, bob, make(absent.row, absent.account))
    yield expectEqual(
      `${shape.name}, ${form}: the answer is the same whether her row exists or not`,
      answer(hers, rows.ada, ids.ada),
      answer(none, absent.row, absent.account),
    )
  }
}

/** What the caller gets to see, with the ids that it sent itself taken out. */
function answer({ code, message, detail, constraint, rows }: Outcome, id: string, account: string): unknown {
  const withoutIds = (text: string) => text.replaceAll(id, 'ID').replaceAll(account, 'ACCOUNT')
  return { code, message: withoutIds(message), detail: withoutIds(detail), constraint, rows: rows.length }
}
