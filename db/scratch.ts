import {
  removeScratchServer,
  scratchHome,
  startScratchServer,
} from 'postgres-kit/embedded/throwaway-server.ts'
import { embeddedHome } from './embedded.ts'
import { prepareEmbeddedDatabase } from './prepare-embedded.ts'
import { readSettings } from './settings.ts'
import { embeddedTarget, findTarget, type Target } from './target.ts'

/**
 * The server for throw-away databases: that of DATABASE_URL or, if it is unset, a second embedded server. The latter has the
 * roles of a migrated server, and is faster because its data may be lost in a power cut.
 *
 * @param log called with progress messages
 */
export async function findScratch(log: (line: string) => void = () => {}): Promise<Target> {
  return readSettings().databaseUrl === undefined ? findEmbeddedScratch(log) : findTarget(log)
}

/** The second embedded server, even if DATABASE_URL is set, so that nothing is created on another server. */
export async function findEmbeddedScratch(log: (line: string) => void = () => {}): Promise<Target> {
  const home = scratchHome(embeddedHome(log))
  const target = embeddedTarget(home, await startScratchServer(home))
  await prepareEmbeddedDatabase(target)
  return target
}

/** Stops the second embedded server; returns whether it ran. */
export async function removeScratch(log: (line: string) => void): Promise<boolean> {
  return removeScratchServer(scratchHome(embeddedHome(log)))
}
