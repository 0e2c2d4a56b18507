import { becomeText, type Caller } from 'postgres-kit/caller.ts'

/** How the statements of a caller reach the server, and how they are undone. Each statement is one message. */
export interface Transport {
  /** Sent first: what follows runs as the caller. */
  enter(caller: Caller): readonly string[]
  /** Undoes everything since `enter`. */
  undo: string
  /** Objects that a caller makes in its session for later attempts, and their end. */
  lasting: { enter(caller: Caller): readonly string[]; keep: readonly string[]; undo: string }
}

/** Every attempt is a savepoint in the transaction of the part, which is rolled back. */
export const IN_SAVEPOINTS: Transport = {
  enter: (caller) => [`savepoint attempt; ${becomeText(caller)}`],
  undo: 'rollback to savepoint attempt; release savepoint attempt',
  lasting: {
    enter: (caller) => [`savepoint lasting; ${becomeText(caller)}`],
    keep: [],
    undo: 'rollback to savepoint lasting; release savepoint lasting',
  },
}

/**
 * Every attempt is a transaction of one caller, after a set-up that is committed: for servers that do not let two roles
 * share one transaction.
 *
 * @param become statements after `begin` that make the rest of the transaction act as a caller
 */
export function inTransactions(become: (caller: Caller) => readonly string[]): Transport {
  const enter = (caller: Caller) => ['begin', ...become(caller)]
  return { enter, undo: 'rollback', lasting: { enter, keep: ['commit'], undo: 'discard temp' } }
}
