import type { ConnectionChoice } from '../server/connection-config.ts'
import { openSession } from '../server/open-session.ts'
import type { Engine } from './engine.ts'

/** Where one worker runs its files, one after the other. */
export type Seat = {
  take(): Promise<Engine>
  /** False until the session is known to be as good as new: where it ends before, it is not the file's doing. */
  fresh(): boolean
  /** @param clean false if the session must not be used again */
  release(clean: boolean): Promise<void>
  leave(): Promise<void>
}

/** Where a run takes place: hands out seats, and leaves the server as it was. */
export type Place = {
  /** @param again whether it may get more than one file */
  seat(again: boolean): Seat
  /** Ends a backend that does not react to being cancelled. */
  terminate(processId: number): Promise<void>
  close(): Promise<void>
}

/** A server that another file crashed is back within this time, or the run ends. */
export const recoveryMs = 30_000

export async function terminate(choice: ConnectionChoice, processId: number): Promise<void> {
  const session = await openSession(choice, recoveryMs)
  await session.query(`select pg_catalog.pg_terminate_backend(${processId}, 5000)`)
  await session.close()
}
