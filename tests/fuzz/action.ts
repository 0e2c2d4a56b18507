import fc from 'fast-check'
import { remove } from './delete.ts'
import { insert } from './insert.ts'
import { merge } from './merge.ts'
import { refused } from './refusals.ts'
import { search } from './search.ts'
import { join, orderedSelect, select } from './select.ts'
import type { Statement } from './statement.ts'
import { update } from './update.ts'
import { ACTORS } from './users.ts'

/** The next action of a connection. */
export type Action =
  /** A statement in the open transaction, or in a new one of the user. */
  | {
      kind: 'run'
      user: string
      statement: Statement
      /** Sent as a named prepared statement, which remains in the connection for its next user. */
      prepared: boolean
      /** In a new transaction: commit it at once. */
      alone: boolean
      /** In a new transaction: use repeatable read. */
      repeatable: boolean
      /** Sent even in an aborted transaction. */
      stubborn: boolean
    }
  | { kind: 'commit' | 'rollback' | 'savepoint' | 'rollback to' | 'release' }
  | { kind: 'declare'; cursor: string; statement: Statement }
  | { kind: 'fetch'; cursor: string; count: number }
  /** A statement of a caller who is not a user: it is refused or returns no rows. */
  | { kind: 'outsider'; who: Outsider; statement: Statement }

export type Outsider = 'anon' | 'login without a role' | 'no claims' | 'empty claims'

const statement: fc.Arbitrary<Statement> = fc.oneof(
  { arbitrary: select, weight: 6 },
  { arbitrary: insert, weight: 7 },
  { arbitrary: update, weight: 4 },
  { arbitrary: remove, weight: 2 },
  { arbitrary: merge, weight: 3 },
  { arbitrary: join, weight: 2 },
  { arbitrary: search, weight: 3 },
  { arbitrary: refused, weight: 1 },
)

const cursor = fc.constantFrom('one', 'two')

export const action: fc.Arbitrary<Action> = fc.oneof(
  {
    arbitrary: fc.record<Action & { kind: 'run' }>({
      kind: fc.constant('run'),
      user: fc.constantFrom(...ACTORS),
      statement,
      prepared: fc.boolean(),
      alone: fc.boolean(),
      repeatable: fc.boolean(),
      stubborn: fc.integer({ min: 0, max: 7 }).map((n) => n === 7),
    }),
    weight: 20,
  },
  {
    arbitrary: fc
      .constantFrom('commit', 'rollback', 'savepoint', 'rollback to', 'rollback to', 'release')
      .map((kind): Action => ({ kind })),
    weight: 6,
  },
  {
    arbitrary: fc
      .tuple(cursor, orderedSelect)
      .map(([name, query]): Action => ({ kind: 'declare', cursor: name, statement: query })),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(cursor, fc.integer({ min: 1, max: 3 }))
      .map(([name, count]): Action => ({ kind: 'fetch', cursor: name, count })),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom<Outsider>('anon', 'login without a role', 'no claims', 'empty claims'),
        // Mostly reads, which a careless grant allows first.
        fc.oneof({ arbitrary: select, weight: 4 }, insert, update, remove, merge, join, search),
      )
      .map(([who, what]): Action => ({ kind: 'outsider', who, statement: what })),
    weight: 2,
  },
)
