import type pg from 'pg'
import type { Verdict } from '../check.ts'
import type { Actor } from '../matrix/actors.ts'
import type { Fixtures } from '../matrix/fixtures.ts'
import { attempt, expectCode } from '../session.ts'

/** CVE-2017-15099: INSERT … ON CONFLICT DO UPDATE must obey the policies for the row that is there already. */
export async function* conflicts(
  client: pg.Client,
  { ids, rows }: Fixtures,
  bob: Actor,
): AsyncGenerator<Verdict> {
  const insert = `insert into public.documents (id, user_id, filename, file_type, file_size) values ('${rows.ada}', '${ids.ada}', 'x', 'x', 0)`
  for (const target of ['(user_id, id)', 'on constraint documents_pkey']) {
    for (const action of [
      'nothing',
      "update set filename = 'stolen'",
      'update set filename = documents.content_text returning filename',
      "update set filename = 'stolen' where documents.content_text like '%a%' returning *",
    ]) {
      yield expectCode(
        `on conflict ${target} do ${action} reaches no row of another`,
        await attempt(client, bob, `${insert} on conflict ${target} do ${action}`),
        '42501',
      )
    }
  }
}
