import { setTimeout as delay } from 'node:timers/promises'
import { UsageError } from '../usage-error.ts'
import { type ConnectionChoice, connectionConfig, describeServer } from './connection-config.ts'
import { connect, type Session } from './session.ts'

/** Errors that may pass: the server is starting, recovering, shutting down or not listening yet. */
const passing = new Set(['57P03', '57P02', '57P01', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'])

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : ''
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

/**
 * Connects.
 * @param patienceMs how long to retry while the server recovers from a crash
 * @throws UsageError if the server cannot be reached or refuses the login
 */
export async function openSession(choice: ConnectionChoice, patienceMs = 0): Promise<Session> {
  const config = connectionConfig(choice)
  const end = Date.now() + patienceMs
  for (;;) {
    try {
      return await connect(config)
    } catch (error) {
      const wait =
        Date.now() < end && (passing.has(codeOf(error)) || /terminated unexpectedly/.test(messageOf(error)))
      if (!wait) throw new UsageError(`cannot connect to ${describeServer(choice)}: ${messageOf(error)}`)
      await delay(100)
    }
  }
}
