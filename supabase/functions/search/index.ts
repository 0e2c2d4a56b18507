// Searches the caller's own chunks: POST { query, maxResults }.
import { requireCaller } from '../_shared/auth.ts'
import { getDB, searchChunks, withUser } from '../_shared/db.ts'
import { HttpError, json, readJson, serve } from '../_shared/http.ts'

serve({ methods: ['POST'] }, async (request) => {
  const { db, cleanup } = getDB()
  try {
    const caller = await requireCaller(request)
    const { query, maxResults } = parse(await readJson(request))
    // A single query is sent together with identity and commit, in one round trip.
    const results = await withUser(db, caller, (tx) => searchChunks(tx, query, { maxResults }), {
      oneQuery: true,
      readOnly: true,
      signal: request.signal,
    })
    return json({ results })
  } finally {
    await cleanup()
  }
})

function parse(body: unknown): { query: string; maxResults: number } {
  const { query, maxResults = 10 } =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  if (typeof query !== 'string') throw invalid('"query" must be a string')
  if (typeof maxResults !== 'number' || !Number.isInteger(maxResults) || maxResults < 1 || maxResults > 100) {
    throw invalid('"maxResults" must be a whole number from 1 to 100')
  }
  return { query, maxResults }
}

function invalid(message: string): HttpError {
  return new HttpError(400, 'invalid_request', message)
}
