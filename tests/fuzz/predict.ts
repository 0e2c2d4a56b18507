import type { Action } from './action.ts'
import { declare, fetch } from './cursors.ts'
import { outsider } from './outsider.ts'
import { identity, type Sent } from './sent.ts'
import type { Answer, Statement } from './statement.ts'
import { ACTORS } from './users.ts'
import { isFree, storeOf, type Transaction, type World } from './world.ts'

/** The statements of an action, and the model after it; empty if the connection's state does not allow it. */
export function predict(world: World, connection: number, action: Action): Sent[] {
  const transaction = world.transactions[connection]
  const control = (text: string, expected?: Answer): Sent => ({ connection, text, values: [], expected })
  switch (action.kind) {
    case 'run': {
      const recovered = transaction?.aborted && !action.stubborn ? recover(world, connection) : []
      const begun = world.transactions[connection]
        ? recovered
        : [...recovered, ...begin(world, connection, action.user, action.repeatable)]
      const current = world.transactions[connection]
      if (!current) return begun
      const { text, values } = action.statement
      const expected = execute(current, action.statement)
      const sent = [...begun, { connection, text, values, prepared: action.prepared, expected }]
      if (!action.alone || transaction) return sent
      return [...sent, ...end(world, connection, 'commit')]
    }
    case 'commit':
    case 'rollback':
      return transaction ? end(world, connection, action.kind) : []
    case 'savepoint': {
      if (!transaction) return []
      if (transaction.aborted) return [control('savepoint s0', { error: '25P02' })]
      return [control(`savepoint s${transaction.savepoints.push(transaction.view)}`)]
    }
    case 'rollback to':
      return transaction ? rollbackToSavepoint(transaction, connection) : []
    case 'release': {
      if (!transaction || transaction.savepoints.length === 0) return []
      const depth = transaction.savepoints.length
      if (transaction.aborted) return [control(`release savepoint s${depth}`, { error: '25P02' })]
      transaction.savepoints.pop()
      for (const cursor of transaction.cursors.values()) cursor.depth = Math.min(cursor.depth, depth - 1)
      return [control(`release savepoint s${depth}`)]
    }
    case 'declare':
      return transaction && !transaction.aborted
        ? [declare(transaction, connection, action.cursor, action.statement)]
        : []
    case 'fetch':
      return transaction && !transaction.aborted && (transaction.cursors.size > 0 || action.count === 3)
        ? [fetch(transaction, connection, action.cursor, action.count)]
        : []
    case 'outsider':
      return transaction ? [] : outsider(connection, action.who, action.statement)
  }
}

/** Ends the aborted transaction, or rolls it back to its last savepoint. */
function recover(world: World, connection: number): Sent[] {
  const transaction = world.transactions[connection]
  const back = transaction ? rollbackToSavepoint(transaction, connection) : []
  return back.length > 0 ? back : end(world, connection, 'rollback')
}

function rollbackToSavepoint(transaction: Transaction, connection: number): Sent[] {
  const depth = transaction.savepoints.length
  const view = transaction.savepoints.at(-1)
  if (!view) return []
  for (const [name, cursor] of transaction.cursors)
    if (cursor.depth >= depth) transaction.cursors.delete(name)
  Object.assign(transaction, { view, aborted: false })
  return [{ connection, text: `rollback to savepoint s${depth}`, values: [], expected: undefined }]
}

/** Opens a transaction of the user, or of the next user without one. */
function begin(world: World, connection: number, wanted: string, repeatable: boolean): Sent[] {
  const first = ACTORS.indexOf(wanted)
  const user = [...ACTORS.slice(first), ...ACTORS.slice(0, first)].find((each) =>
    isFree(world, each, connection),
  )
  if (user === undefined) return []
  world.served.set(user, connection)
  world.transactions[connection] = {
    user,
    view: storeOf(world, user),
    savepoints: [],
    aborted: false,
    cursors: new Map(),
  }
  const level = repeatable ? ' isolation level repeatable read' : ''
  return [
    { connection, text: `begin${level}`, values: [], expected: undefined },
    identity(connection, 'authenticated', JSON.stringify({ sub: user })),
  ]
}

function end(world: World, connection: number, how: 'commit' | 'rollback'): Sent[] {
  const transaction = world.transactions[connection]
  if (transaction) world.served.set(transaction.user, connection)
  if (transaction && how === 'commit' && !transaction.aborted)
    world.stores.set(transaction.user, transaction.view)
  world.transactions[connection] = undefined
  return [{ connection, text: how, values: [], expected: undefined }]
}

function execute(transaction: Transaction, statement: Statement): Answer {
  if (transaction.aborted) return { error: '25P02' }
  const { answer, store } = statement.malformed
    ? { answer: { error: statement.malformed }, store: transaction.view }
    : statement.run(transaction.view, transaction.user)
  if ('error' in answer) transaction.aborted = true
  transaction.view = store
  return answer
}
