import type pg from 'pg'
import type { Intent } from '../intent.ts'
import type { Call } from '../project.ts'
import { readSignatures } from '../signature.ts'

/**
 * Calls with simple arguments, as the first role with EXECUTE, for functions that the project gives no call for. The
 * project must give calls for trigger functions and for functions that no role may execute.
 */
export async function plainCalls(
  client: pg.Client,
  { functions }: Intent,
  known: readonly string[],
): Promise<Record<string, Call>> {
  const names = Object.keys(functions).filter((name) => !known.includes(name))
  const calls: Record<string, Call> = {}
  for (const [signature, { name, types }] of await readSignatures(client, names)) {
    const as = (['authenticated', 'service_role'] as const).find((role) =>
      functions[signature]?.execute.includes(role),
    )
    if (as) calls[signature] = { sql: `select ${name}(${types.map(argument).join(', ')})`, as }
  }
  return calls
}

/** A literal without a cast, because a temporary object could have the name of its type. */
function argument(type: string): string {
  switch (type) {
    case 'text':
    case 'character varying':
      return "'oak'"
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'numeric':
      return "'1'"
    default:
      return 'null'
  }
}
