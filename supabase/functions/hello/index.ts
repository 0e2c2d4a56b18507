// Counts rows: the caller's own with a token, all users' without. To create a function, copy this folder.
import { authenticate } from '../_shared/auth.ts'
import { getDB, type UserDb, withService, withUser } from '../_shared/db.ts'
import { json, serve } from '../_shared/http.ts'
import { countAll } from './count-all.ts'

serve({ methods: ['GET'] }, async (request) => {
  const { db, cleanup } = getDB()
  try {
    const caller = await authenticate(request)
    const options = { signal: request.signal }
    const answer = caller
      ? { counts: await withUser(db, caller, countOwn, options) }
      : // The service role bypasses row level security; only the numbers are returned.
        await withService(db, countAll, options)
    return json({ status: 'ok', ...answer })
  } finally {
    await cleanup()
  }
})

/** Counts the caller's rows. */
async function countOwn(tx: UserDb) {
  const counts = await tx
    .selectNoFrom((eb) => [
      eb
        .selectFrom('user_profiles')
        .select((rows) => rows.fn.countAll().as('n'))
        .as('user_profiles'),
      eb
        .selectFrom('documents')
        .select((rows) => rows.fn.countAll().as('n'))
        .as('documents'),
      eb
        .selectFrom('agent_requests')
        .select((rows) => rows.fn.countAll().as('n'))
        .as('agent_requests'),
    ])
    .executeTakeFirstOrThrow()
  return {
    user_profiles: Number(counts.user_profiles),
    documents: Number(counts.documents),
    agent_requests: Number(counts.agent_requests),
  }
}
