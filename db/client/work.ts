/** A query that was built and not executed. */
export interface Unsent<Handle, T> {
  execute(tx: Handle): Promise<T>
}

/** The work of a transaction. A query that it returns is executed as the last one, in one round trip with the commit. */
export type Work<Handle, T> = (tx: Handle) => Unsent<Handle, T> | Promise<T | Unsent<Handle, T>>

/**
 * Calls the function, and executes the query that it returns.
 *
 * @param expectLast called before that query
 */
export async function runWork<Handle, T>(
  fn: Work<Handle, T>,
  tx: Handle,
  expectLast: () => void,
): Promise<T> {
  const returned = await fn(tx)
  if (!isUnsent<Handle, T>(returned)) return returned
  expectLast()
  return returned.execute(tx)
}

function isUnsent<Handle, T>(returned: T | Unsent<Handle, T>): returned is Unsent<Handle, T> {
  return (
    typeof returned === 'object' &&
    returned !== null &&
    'execute' in returned &&
    typeof returned.execute === 'function'
  )
}
