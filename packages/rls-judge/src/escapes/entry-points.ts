import pg from 'pg'
import { FUNCTIONS } from '../../../../db/access.ts'
import type { Verdict } from '../check.ts'
import type { Actor } from '../matrix/actors.ts'
import type { Fixtures } from '../matrix/fixtures.ts'
import { become, expectEqual } from '../session.ts'

/** Text that tries to end a string, switch the role or claim another identity. */
const HOSTILE = [
  "'; set role service_role; --",
  "') ; select set_config('role', 'service_role', true); --",
  `{"sub": "00000000-0000-4000-8000-000000000000"}`,
  '$$; reset role; $$',
  "\\'; reset role; --",
  "' union select * from auth.users --",
  "oak' or true --",
]

/** No function that the API exposes changes who is asking, whatever it is given. */
export async function* entryPoints(
  client: pg.Client,
  { ids }: Fixtures,
  bob: Actor,
): AsyncGenerator<Verdict> {
  for (const [signature, { execute }] of Object.entries(FUNCTIONS)) {
    if (!execute.includes('authenticated')) continue
    const types = signature
      .slice(signature.indexOf('(') + 1, -1)
      .split(',')
      .filter(Boolean)
    for (const hostile of HOSTILE) {
      await client.query('savepoint entry')
      await become(client, bob)
      const args = types.map((type) =>
        type === 'integer'
          ? '10'
          : type === '"char"'
            ? "'A'"
            : type === 'tsquery'
              ? "plainto_tsquery('oak')"
              : pg.escapeLiteral(hostile),
      )
      const { rows } = await client.query<{ role: string; identity: string }>(
        `select current_user as role, auth.uid() as identity from (select count(*) from (select ${signature.slice(0, signature.indexOf('('))}(${args.join(', ')})) answers offset 0) called`,
      )
      yield expectEqual(`${signature} given ${hostile} leaves role and identity as they are`, rows, [
        { role: 'authenticated', identity: ids.bob },
      ])
      await client.query('rollback to savepoint entry; release savepoint entry')
    }
  }
}
