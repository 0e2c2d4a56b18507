import pg from 'pg'
import type { Verdict } from '../check.ts'
import { expectEqual } from '../session.ts'
import { readSignatures } from '../signature.ts'
import type { Stage } from '../stage.ts'

/** Texts that try to end a string, switch the role or claim another identity. */
const HOSTILE = [
  "'; set role service_role; --",
  "') ; select set_config('role', 'service_role', true); --",
  `{"sub": "00000000-0000-4000-8000-000000000000"}`,
  '$$; reset role; $$',
  "\\'; reset role; --",
  "' union select * from auth.users --",
  "oak' or true --",
]

/** No exposed function changes role or identity, whatever its arguments. */
export async function* entryPoints(
  client: pg.Client,
  { intent, platform, fixtures: { ids, rows: rowIds }, bob, attempt }: Stage,
): AsyncGenerator<Verdict> {
  const exposed = Object.entries(intent.functions)
    .filter(([, { execute }]) => execute.includes('authenticated'))
    .map(([signature]) => signature)
  for (const [signature, { name, types }] of await readSignatures(client, exposed)) {
    for (const hostile of HOSTILE) {
      const args = types.map((type) => argument(type, hostile, rowIds.ada))
      const { rows, message } = await attempt(
        bob,
        `select current_user as role, ${platform.identity} as identity from (select count(*) from (select ${name}(${args.join(', ')})) answers offset 0) called`,
      )
      yield expectEqual(
        `${signature} given ${hostile} leaves role and identity as they are`,
        message === '' ? rows : message,
        [{ role: 'authenticated', identity: ids.bob }],
      )
    }
  }
}

/** A hostile argument: hostile text for a text type, otherwise a value that refers to another user's row. */
function argument(type: string, hostile: string, row: string): string {
  switch (type) {
    case 'text':
    case 'character varying':
      return pg.escapeLiteral(hostile)
    case 'json':
    case 'jsonb':
      return `${pg.escapeLiteral(JSON.stringify({ hostile }))}::${type}`
    case 'uuid':
      return `${pg.escapeLiteral(row)}::uuid`
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'numeric':
      return `10::${type}`
    case '"char"':
      return `'A'::"char"`
    case 'tsquery':
      return "plainto_tsquery('oak')"
    default:
      return `null::${type}`
  }
}
