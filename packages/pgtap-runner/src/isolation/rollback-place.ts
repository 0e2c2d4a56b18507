import type { Pgtap } from '../pgtap/install.ts'
import { pgtapSchema } from '../pgtap/schema.ts'
import type { ConnectionChoice } from '../server/connection-config.ts'
import { openSession } from '../server/open-session.ts'
import type { Session } from '../server/session.ts'
import { databaseLeavesTraces } from '../session-traces.ts'
import type { Engine } from './engine.ts'
import { type Place, recoveryMs, terminate } from './place.ts'
import { createRollbackEngine } from './rollback-engine.ts'
import { satisfyPgtap } from './satisfy-pgtap.ts'

/** Runs every file in the database itself, and rolls back its changes. */
export async function createRollbackPlace(choice: ConnectionChoice, install: boolean): Promise<Place> {
  let pgtap: Pgtap = { addToSearchPath: undefined, ours: false }
  let admin: Session | undefined
  let target = choice
  if (install) {
    const { installPgtap, searchPathWith } = await import('../pgtap/install.ts')
    admin = await openSession(choice)
    try {
      pgtap = await installPgtap(admin)
      if (pgtap.addToSearchPath) {
        target = { ...choice, settings: { search_path: await searchPathWith(admin, pgtap.addToSearchPath) } }
      }
    } catch (error) {
      await admin.close()
      throw error
    }
    if (!pgtap.ours) {
      await admin.close()
      admin = undefined
    }
  }
  let traces: Promise<boolean> | undefined

  return {
    seat(again) {
      let session: Session | undefined
      let engine: Engine | undefined
      let fresh = true
      const reopen = () => openSession(target, recoveryMs)
      // Connect while the files are being found.
      let first: Promise<Session> | undefined = openSession(target)
      first.catch(() => {})
      return {
        async take() {
          if (first) {
            session = await first
            first = undefined
            if (again) traces ??= databaseLeavesTraces(session, pgtapSchema)
          } else if (session && !session.lost && !(await (traces ?? true))) {
            fresh = false
            const discarded = discard(session).then((done) => {
              fresh = done
            })
            // The file is read according to this setting.
            if (!session.standardStrings) await discarded
          } else {
            await session?.close()
            session = await reopen()
            fresh = true
          }
          const rollback = createRollbackEngine(session, reopen)
          engine = pgtap.ours ? satisfyPgtap(rollback) : rollback
          return engine
        },
        fresh: () => fresh,
        async release(clean) {
          if (!engine) return
          session = undefined
          const used = engine.session
          if (used.lost) return
          used.onNotice = undefined
          try {
            await engine.finish()
            if (clean) session = used
            else await used.close()
          } catch {
            // The session was lost during cleanup: the next file gets a new one.
          }
        },
        async leave() {
          const unused = await first?.catch(() => undefined)
          await unused?.close()
          await session?.close()
        },
      }
    },
    terminate: (processId) => terminate(choice, processId),
    async close() {
      if (!admin) return
      if (admin.lost) admin = await openSession(choice, recoveryMs)
      try {
        const { removePgtap } = await import('../pgtap/install.ts')
        await removePgtap(admin)
      } finally {
        await admin.close()
      }
    },
  }
}

/** Resets a session. The answer arrives before the answers to the next file's statements. */
async function discard(session: Session): Promise<boolean> {
  const { error } = await session.query('discard all').catch((error: unknown) => ({ error }))
  if (error) session.destroy()
  return !error
}
