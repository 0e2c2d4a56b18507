import type { ConnectionChoice } from '../server/connection-config.ts'
import { openSession } from '../server/open-session.ts'
import type { Engine } from './engine.ts'

/** The sessions of one worker, which runs its files one after the other. */
export type Seat = {
  take(): Promise<Engine>
  /** Whether the session is known to be clean. If it ends before that, the file is not the cause. */
  fresh(): boolean
  /** @param clean false: do not reuse the session */
  release(clean: boolean): Promise<void>
  leave(): Promise<void>
}

/** Gives each worker its sessions, and restores the server at the end of the run. */
export type Place = {
  /** @param again whether the seat may get more than one file */
  seat(again: boolean): Seat
  /** Ends a backend that ignores a cancel request. */
  terminate(processId: number): Promise<void>
  close(): Promise<void>
}

/** How long to wait for the server after a crash; then the run fails. */
export const recoveryMs = 30_000

export async function terminate(choice: ConnectionChoice, processId: number): Promise<void> {
  const session = await openSession(choice, recoveryMs)
  await session.query(`select pg_catalog.pg_terminate_backend(${processId}, 5000)`)
  await session.close()
}
