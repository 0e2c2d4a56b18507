import pg from 'pg'
import type { Verdict } from '../check.ts'
import { baseColumns } from '../matrix/fixtures.ts'
import type { Shape } from '../matrix/shapes.ts'
import { rowOf, valueIn } from '../matrix/values.ts'
import { expectCode } from '../session.ts'
import type { Stage } from '../stage.ts'

/** CVE-2017-15099: INSERT … ON CONFLICT DO UPDATE must obey the policies for the existing row. */
export async function* conflicts({ shapes, fixtures, bob, attempt }: Stage): AsyncGenerator<Verdict> {
  for (const shape of shapes) {
    const columns = baseColumns(shape)
    const values = columns.map((column) => valueIn(shape, column, rowOf(fixtures.seeds.ada)))
    const insert = `insert into ${shape.table} (${list(columns.map(({ name }) => name))}) overriding system value values (${values.join(', ')})`
    for (const target of [`(${list(shape.key)})`, `on constraint ${pg.escapeIdentifier(shape.keyName)}`]) {
      for (const action of actionsOn(shape)) {
        yield expectCode(
          `${shape.name}: on conflict ${target} do ${action} reaches no row of another`,
          await attempt(bob, `${insert} on conflict ${target} do ${action}`),
          '42501',
        )
      }
    }
  }
}

/** Actions of ON CONFLICT: nothing, an update, and updates that read the existing row. */
function actionsOn({ table, access, columns, id }: Shape): string[] {
  const changeable = columns.find(({ generated, identity }) => !generated && !identity) ?? id
  const column = pg.escapeIdentifier(access.authenticated.update?.[0] ?? changeable.name)
  const row = table.slice(table.indexOf('.') + 1)
  return [
    'nothing',
    `update set ${column} = excluded.${column}`,
    `update set ${column} = ${row}.${column} returning ${column}`,
    `update set ${column} = excluded.${column} where ${row}.${column} is not null returning *`,
  ]
}

function list(names: readonly string[]): string {
  return names.map((name) => pg.escapeIdentifier(name)).join(', ')
}
