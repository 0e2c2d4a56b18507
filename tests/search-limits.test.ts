import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestDatabase } from './support/database.ts'
import { LONG } from './support/long.ts'

const database = useTestDatabase()

const SEARCHES = ['search_documents', 'search_chunks'] as const

/** Chunks of one document; in `make test-long`, as many as the largest document has. */
const CHUNKS = LONG ? 100_000 : 2_000

test('a query of 1,000 words is read from its first 1,000 characters', async () => {
  const words = Array.from({ length: 1000 }, (_, n) => `word${n}`)
  const read = words.join(' ').slice(0, 1000)
  const user = await withDocument(read)
  for (const search of SEARCHES) {
    assert.equal((await find(user, search, words.join(' '))).length, 1)
    assert.deepEqual(await find(user, search, `otherwise ${words.join(' ')}`), [])
  }
})

test('NUL and bytes that are not UTF-8 are refused with 22021', async () => {
  const user = await withDocument('heron')
  for (const search of SEARCHES) {
    await assert.rejects(find(user, search, 'he\0ron'), { code: '22021' })
    await assert.rejects(find(user, search, Buffer.from([0x68, 0xff, 0xfe])), { code: '22021' })
  }
})

test('a number of results beyond the range of integer is refused with 22003', async () => {
  const user = await withDocument('heron')
  for (const search of SEARCHES) {
    await assert.rejects(find(user, search, 'heron', 3_000_000_000), { code: '22003' })
    for (const most of [0, -1, 1_000_000_000])
      assert.equal((await find(user, search, 'heron', most)).length, 1)
  }
})

test('statement_timeout ends a search of a long text', async () => {
  const user = await withDocument(`${'lorem ipsum dolor sit amet '.repeat(40_000)}heron`)
  for (const search of SEARCHES) {
    await assert.rejects(
      database().as({ userId: user }, async (client) => {
        await client.query("set local statement_timeout = '1ms'")
        await client.query(`select * from public.${search}('heron')`)
      }),
      { code: '57014' },
    )
    assert.match((await find(user, search, 'heron'))[0]?.headline ?? '', /<mark>heron<\/mark>/)
  }
})

test(`a document has ${CHUNKS} chunks, which are searched, read in order and deleted`, async () => {
  const user = await withDocument('nothing of it')
  await database().as({ userId: user }, async (client) => {
    await client.query(
      `insert into public.document_chunks (document_id, chunk_index, content)
       select id, n, 'passage ' || n || case when n % 100 = 7 then ' heron' else ' otter' end
       from public.documents, generate_series(1, $1) as n`,
      [CHUNKS],
    )
    const { rows } = await client.query<{ hits: number; last: number }>(
      `select (select count(*)::int from public.search_chunks('heron', 100)) as hits,
          (select chunk_index from public.document_chunks order by chunk_index desc limit 1) as last`,
    )
    assert.deepEqual(rows, [{ hits: Math.min(100, CHUNKS / 100), last: CHUNKS }])
    await client.query('delete from public.documents')
    const left = await client.query("select from public.search_chunks('heron or otter', 100)")
    assert.equal(left.rowCount, 0)
  })
})

test('EXPLAIN of a search says the same however many rows others have', async () => {
  const user = await withDocument('heron')
  const explain = (search: string) =>
    database().as({ userId: user }, async (client) => {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, verbose, buffers off, timing off, summary off) select * from public.${search}('heron')`,
      )
      return rows.map((row) => row['QUERY PLAN']).join('\n')
    })
  const before = [await explain('search_documents'), await explain('search_chunks')]
  for (let other = 0; other < 20; other++) await withDocument('heron of somebody else')
  await database().owner.query('analyze')
  assert.deepEqual([await explain('search_documents'), await explain('search_chunks')], before)
  for (const plan of before) {
    assert.match(plan, /^Function Scan on public\.search_\w+ .*rows=1(?:\.00)? loops=1\)/)
    assert.doesNotMatch(plan, /somebody else/)
  }
})

interface Hit {
  id: string
  headline: string
}

async function find(
  userId: string,
  search: (typeof SEARCHES)[number],
  query: string | Buffer,
  maxResults = 10,
): Promise<Hit[]> {
  return database().as({ userId }, async (client) => {
    const { rows } = await client.query<Hit>(`select id, headline from public.${search}($1, $2)`, [
      query,
      maxResults,
    ])
    return rows
  })
}

/** Adds an account with one document of one chunk; returns its id. */
async function withDocument(text: string): Promise<string> {
  const userId = await database().signUp()
  await database().as({ userId }, (client) =>
    client.query(
      `with added as (
           insert into public.documents (filename, file_type, file_size, content_text)
           values ('untitled', 'text/plain', 1, $1) returning id, content_text
       )
       insert into public.document_chunks (document_id, chunk_index, content) select id, 0, content_text from added`,
      [text],
    ),
  )
  return userId
}
