import pg from 'pg'
import { listen, mentions, SECRET } from 'rls-judge/channels/listen.ts'
import type { Verdict } from 'rls-judge/check.ts'
import type { Fixtures } from 'rls-judge/matrix/fixtures.ts'
import type { Caller } from 'rls-judge/session.ts'
import { attempt, expectEqual } from 'rls-judge/session.ts'

/** The results of search depend only on the caller's own documents. */
export async function* channel(client: pg.Client, { ids }: Fixtures, bob: Caller): AsyncGenerator<Verdict> {
  await client.query('savepoint search')
  await client.query(
    `with added as (
       insert into public.documents (user_id, filename, file_type, file_size, content_text)
       select $1, 'ship ' || n, 'text', n, repeat('oak ', n) || 'ship' from generate_series(1, 3) n
       returning user_id, id, content_text
     )
     insert into public.document_chunks (user_id, document_id, chunk_index, content)
     select user_id, id, 0, content_text from added`,
    [ids.bob],
  )
  const ask = async () => ({
    documents: (await attempt(client, bob, "select * from public.search_documents('oak or ship')")).rows,
    chunks: (await attempt(client, bob, "select * from public.search_chunks('oak or ship')")).rows,
  })
  const before = await ask()
  await client.query(
    `with added as (
       insert into public.documents (user_id, filename, file_type, file_size, content_text)
       select $1, 'oak ship', 'text', n, '${SECRET} oak ship oak ship ' || n from generate_series(1, 100) n
       returning user_id, id, content_text
     )
     insert into public.document_chunks (user_id, document_id, chunk_index, content)
     select user_id, id, 0, content_text from added`,
    [ids.ada],
  )
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
        attempt(client, bob, `select * from ${name}(${pg.escapeLiteral(query)})`),
      )
      const said = [outcome.message, outcome.detail, JSON.stringify(outcome.rows), ...heard]
      yield expectEqual(
        `${name} for ${query.slice(0, 12)}: neither error nor result quotes a document of another`,
        mentions(said.map((text) => text.replaceAll(query, ''))),
        [],
      )
    }
  }
  await client.query('rollback to savepoint search; release savepoint search')
}
