import pg from 'pg'
import { listen, mentions, SECRET } from 'rls-judge/channels/listen.ts'
import type { Verdict } from 'rls-judge/check.ts'
import { expectEqual } from 'rls-judge/session.ts'
import { type Stage, withSetUp } from 'rls-judge/stage.ts'

/** The results of search depend only on the caller's own documents. */
export function channel(client: pg.Client, stage: Stage): AsyncGenerator<Verdict> {
  return withSetUp(client, stage, () => attack(client, stage))
}

async function* attack(
  client: pg.Client,
  { fixtures: { ids }, bob, attempt }: Stage,
): AsyncGenerator<Verdict> {
  await addDocuments(client, ids.bob, "'ship ' || n, repeat('oak ', n) || 'ship'", 3)
  const ask = async () => ({
    documents: (await attempt(bob, "select * from public.search_documents('oak or ship')")).rows,
    chunks: (await attempt(bob, "select * from public.search_chunks('oak or ship')")).rows,
  })
  const before = await ask()
  await addDocuments(client, ids.ada, `'oak ship', '${SECRET} oak ship oak ship ' || n`, 100)
  const after = await ask()
  yield expectEqual("search finds the caller's three documents", before.documents.length, 3)
  yield expectEqual("search finds the caller's three chunks", before.chunks.length, 3)
  yield expectEqual('results, ranks and headlines do not depend on documents of others', after, before)

  const odd = [
    SECRET,
    `"${SECRET}`,
    `${SECRET}:*`,
    '((',
    ':*',
    "'",
    "\\'",
    '%',
    'a'.repeat(5000),
    `<-> ${SECRET}`,
    'NaN',
    '𝔵'.repeat(3000),
  ]
  for (const name of ['public.search_documents', 'public.search_chunks']) {
    for (const query of odd) {
      const { outcome, heard } = await listen(client, () =>
        attempt(bob, `select * from ${name}(${pg.escapeLiteral(query)})`),
      )
      const said = [outcome.message, outcome.detail, JSON.stringify(outcome.rows), ...heard]
      yield expectEqual(
        `${name} for ${query.slice(0, 12)}: neither error nor result quotes a document of another`,
        mentions(said.map((text) => text.replaceAll(query, ''))),
        [],
      )
    }
  }
}

/** Adds documents with one chunk each. They contain "ship", which no fixture does. */
async function addDocuments(
  client: pg.Client,
  user: string,
  nameAndText: string,
  count: number,
): Promise<void> {
  await client.query(
    `insert into public.documents (user_id, file_type, file_size, filename, content_text)
     select $1, 'text', n, ${nameAndText} from generate_series(1, $2::int) n`,
    [user, count],
  )
  await client.query(
    `insert into public.document_chunks (user_id, document_id, chunk_index, content)
     select user_id, id, 0, content_text from public.documents where user_id = $1 and content_text like '%ship%'`,
    [user],
  )
}
