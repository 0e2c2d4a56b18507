import { NO_STORE, rowOf, type Store, signUp, withRows } from './store.ts'
import { IDS, TABLES } from './tables.ts'

const account = (n: number) => `a0000000-0000-4000-8000-00000000000${n}`

/** Users that act, and last a stranger who never does: rows of the stranger must never be seen. */
export const USERS: readonly string[] = [0, 1, 2, 3, 4, 5].map(account)
export const ACTORS: readonly string[] = USERS.slice(0, -1)

/** Where every run begins: each account has one row in each table, all under the same id. */
export function firstStores(): Map<string, Store> {
  const [id = ''] = IDS
  return new Map(
    USERS.map((user, n) => {
      const word = ['alpha', 'bravo', 'delta', 'gamma', 'omega', 'omega'][n] ?? 'omega'
      let store = signUp(NO_STORE)
      for (const table of TABLES) {
        if (table === 'user_profiles') continue
        store = withRows(store, table, [
          rowOf(table, { id, ...FIRST[table], [WORDY[table]]: worded(table, word) }),
        ])
      }
      return [user, store]
    }),
  )
}

const FIRST = {
  documents: { filename: 'alpha', file_type: 'pdf', file_size: '1' },
  document_chunks: { document_id: IDS[0] ?? '', chunk_index: '0' },
  agent_requests: { agent_type: 'search' },
  agent_sessions: {},
  usage_events: {},
}

const WORDY = {
  documents: 'content_text',
  document_chunks: 'content',
  agent_requests: 'content',
  agent_sessions: 'context_state',
  usage_events: 'event_type',
}

function worded(table: string, word: string): string {
  return table === 'agent_sessions' ? `{"k": "${word}"}` : word
}
