import type { Outsider } from './action.ts'
import { identity, type Sent } from './sent.ts'
import type { Statement } from './statement.ts'
import { NO_STORE } from './store.ts'

/** A transaction of a caller who is not a user: a role without privileges, or `authenticated` without an identity. */
export function outsider(
  connection: number,
  who: Outsider,
  { text, values, malformed, run }: Statement,
): Sent[] {
  const identified = who === 'no claims' || who === 'empty claims'
  const nothing = run(NO_STORE, undefined).answer
  const expected = malformed ? { error: malformed } : identified ? nothing : { error: '42501' }
  const role = who === 'anon' ? 'anon' : 'authenticated'
  const claims = who === 'empty claims' ? '{}' : ''
  return [
    { connection, text: 'begin', values: [], expected: undefined },
    ...(who === 'login without a role' ? [] : [identity(connection, role, claims)]),
    { connection, text, values, expected },
    { connection, text: 'rollback', values: [], expected: undefined },
  ]
}
