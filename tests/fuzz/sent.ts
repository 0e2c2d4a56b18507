import { BECOME } from 'postgres-kit/caller.ts'
import type { Answer } from './statement.ts'
import type { Value } from './tables.ts'

/** A statement to send, and what the model expects of it. */
export interface Sent {
  connection: number
  text: string
  values: readonly Value[]
  /** Sent as a named prepared statement, whose plan the connection keeps for its next user. */
  prepared?: boolean
  /** Undefined: it must not fail (statements that open or end a transaction). */
  expected: Answer | undefined
}

/** The client's bound statement that sets role and claims. */
export function identity(connection: number, role: string, claims: string): Sent {
  return { connection, text: BECOME, values: [role, claims], expected: undefined }
}
