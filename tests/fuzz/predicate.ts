import fc from 'fast-check'
import type { Parameters } from './statement.ts'
import { type Row, rowsIn, type Store } from './store.ts'
import { IDS, type TableName, tableOf, WORDS } from './tables.ts'
import { USERS } from './users.ts'

/** A condition on rows of the alias `t`. */
export type Predicate =
  | { kind: 'all' }
  | { kind: 'id'; id: string }
  | { kind: 'owner'; owner: string }
  | { kind: 'word'; word: string }
  /** Fails on rows with the word. An error would reveal rows that the caller may not see. */
  | { kind: 'leaky'; word: string }

export const predicate: fc.Arbitrary<Predicate> = fc.oneof(
  fc.constant<Predicate>({ kind: 'all' }),
  { arbitrary: fc.constantFrom(...IDS).map((id): Predicate => ({ kind: 'id', id })), weight: 3 },
  fc.constantFrom(...USERS).map((owner): Predicate => ({ kind: 'owner', owner })),
  fc.constantFrom(...WORDS).map((word): Predicate => ({ kind: 'word', word })),
  fc.constantFrom(...WORDS).map((word): Predicate => ({ kind: 'leaky', word })),
)

export const quietPredicate = predicate.filter(({ kind }) => kind !== 'leaky')

/** The predicate as SQL over alias `t`. */
export function predicateSql(table: TableName, which: Predicate, { add }: Parameters): string {
  const column = `t.${tableOf(table).wordColumn}::text`
  switch (which.kind) {
    case 'all':
      return 'true'
    case 'id':
      return `t.id = ${add(which.id, 'uuid')}`
    case 'owner':
      return `t.user_id = ${add(which.owner, 'uuid')}`
    case 'word':
      return `${column} like ${add(`%${which.word}%`, 'text')}`
    case 'leaky':
      return `1 / (case when ${column} like ${add(`%${which.word}%`, 'text')} then 0 else 1 end) = 1`
  }
}

/** The user's own rows that satisfy the predicate, or the SQLSTATE with which it fails. */
export function chosen(
  table: TableName,
  which: Predicate,
  store: Store,
  user: string | undefined,
): { rows: readonly Row[] } | { error: string } {
  const own = rowsIn(store, table)
  const hasWord = (word: string) => own.filter((row) => row[tableOf(table).wordColumn]?.includes(word))
  switch (which.kind) {
    case 'all':
      return { rows: own }
    case 'id':
      return { rows: own.filter((row) => row.id === which.id) }
    case 'owner':
      return { rows: which.owner === user ? own : [] }
    case 'word':
      return { rows: hasWord(which.word) }
    case 'leaky':
      return hasWord(which.word).length > 0 ? { error: '22012' } : { rows: own }
  }
}
