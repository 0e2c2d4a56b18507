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
 * Where throw-away databases are made: the server of DATABASE_URL; where that is unset, a second embedded server,
 * which is faster as it need not survive a power cut, and has the roles of a migrated one.
 *
 * @param log told what happens on the way
 */
export async function findScratch(log: (line: string) => void = () => {}): Promise<Target> {
  return readSettings().databaseUrl === undefined ? findEmbeddedScratch(log) : findTarget(log)
}

/** The second embedded server, whatever DATABASE_URL says: nothing is made on somebody else's. */
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
