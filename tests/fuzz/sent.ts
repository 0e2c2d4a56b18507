import { BECOME } from 'postgres-kit/caller.ts'
import type { Answer } from './statement.ts'
import type { Value } from './tables.ts'

/** A statement to send, and the answer that the model expects. */
export interface Sent {
  connection: number
  text: string
  values: readonly Value[]
  /** Whether to send it as a named prepared statement, whose plan remains in the connection for its next user. */
  prepared?: boolean
  /** Undefined: any answer except an error (for statements that begin or end a transaction). */
  expected: Answer | undefined
}

/** The client's bound statement that sets role and claims. */
export function identity(connection: number, role: string, claims: string): Sent {
  return { connection, text: BECOME, values: [role, claims], expected: undefined }
}
