import type { RunOptions } from '../run-options.ts'
import type { ConnectionChoice } from '../server/connection-config.ts'
import type { Place } from './place.ts'
import { createRollbackPlace } from './rollback-place.ts'

/** Creates the place for the chosen isolation. */
export async function createPlace(options: RunOptions, signal: AbortSignal): Promise<Place> {
  const url = options.url ?? process.env.DATABASE_URL
  const choice: ConnectionChoice = { url }
  if (options.isolation === 'clone') {
    const { createClonePlace } = await import('./clone-place.ts')
    return createClonePlace(choice, options.installPgtap === true, signal)
  }
  return createRollbackPlace(choice, options.installPgtap === true)
}
