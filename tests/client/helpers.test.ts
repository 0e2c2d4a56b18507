import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import {
  isCheckViolation,
  isForeignKeyViolation,
  isNotNullViolation,
  isPermissionDenied,
  isRetryable,
  isUnavailable,
  isUniqueViolation,
} from '../../db/client/errors.ts'
import type { UserDb } from '../../db/client/handles.ts'
import { insertChunks } from '../../db/client/insert-chunks.ts'
import { newestFirst } from '../../db/client/pages.ts'
import { searchChunks, searchDocuments } from '../../db/client/search.ts'
import { withUser } from '../../db/client/with-identity.ts'
import { type Fixture, withFixture, withPool } from './fixture.ts'

await withFixture(async ({ owner, appAddress, ana, ben }: Fixture) => {
  const as = <T>(sub: string, fn: (tx: UserDb) => Promise<T>) =>
    withPool(appAddress, { max: 1 }, (db) => withUser(db, { sub }, fn))
  const documentOf = async (user: string) =>
    (await owner.query<{ id: string }>('select id from documents where user_id = $1', [user])).rows[0]?.id ??
    ''

  await test('pages contain every row once, even if timestamps differ by microseconds or are equal', async () => {
    await owner.query(
      `insert into agent_requests (user_id, agent_type, content, created_at)
       select $1, 'test', n::text, timestamptz '2026-01-01 00:00:00.123456' + (n / 2) * interval '1 microsecond'
       from generate_series(1, 25) as n`,
      [ana],
    )
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await as(ana, (tx) =>
        newestFirst(tx, 'agent_requests', { columns: ['content'], limit: 4, after }),
      )
      assert.ok(page.rows.every((row) => Object.keys(row).join() === 'content'))
      seen.push(...page.rows.map((row) => row.content))
      after = page.next
    } while (after !== undefined)
    const { rows } = await owner.query('select content from agent_requests order by created_at desc, id desc')
    assert.deepEqual(
      seen,
      rows.map((row) => row.content),
    )
    assert.equal(seen.length, 25)
    const others = await as(ben, (tx) => newestFirst(tx, 'agent_requests', { columns: ['id'] }))
    assert.deepEqual(others, { rows: [], next: undefined })
    for (const bad of [
      '',
      'x',
      Buffer.from("2026-01-01T00:00:00.000000Z ' or true --").toString('base64url'),
    ]) {
      await assert.rejects(
        as(ana, (tx) => newestFirst(tx, 'agent_requests', { columns: ['id'], after: bad })),
        { name: 'Failure', exitCode: 2 },
      )
    }
  })

  await test('pages contain every existing row once while newer rows are added', async () => {
    const add = (first: number, last: number) =>
      owner.query(
        `insert into documents (user_id, filename, file_type, file_size, created_at)
         select $1, n::text, 'text/plain', 1, timestamptz '2030-01-01' + n * interval '1 second'
         from generate_series($2::integer, $3::integer) as n`,
        [ana, first, last],
      )
    await add(1, 9)
    const seen: string[] = []
    let after: string | undefined
    for (const added of [20, 30, 40]) {
      const page = await as(ana, (tx) =>
        newestFirst(tx, 'documents', { columns: ['filename'], limit: 3, after }),
      )
      seen.push(...page.rows.map((row) => row.filename))
      after = page.next
      await add(added, added + 5)
    }
    assert.deepEqual(seen, ['9', '8', '7', '6', '5', '4', '3', '2', '1'])
  })

  await test("either all chunks are inserted or none, and only into the user's own document", async () => {
    const document = await documentOf(ana)
    const chunks = Array.from({ length: 20_000 }, (_, n) => ({
      chunk_index: n,
      content: `chunk "${n}", {a,b} \\ NULL`,
    }))
    assert.equal(await as(ana, (tx) => insertChunks(tx, document, chunks)), 20_000)
    const { rows } = await owner.query(
      'select content, section_title from document_chunks where chunk_index = 19999',
    )
    assert.deepEqual(rows, [{ content: 'chunk "19999", {a,b} \\ NULL', section_title: null }])
    const key = 'document_chunks_user_id_document_id_chunk_index_key'
    await assert.rejects(
      as(ana, (tx) =>
        insertChunks(tx, document, [
          { chunk_index: 20_000, content: 'new' },
          { chunk_index: 0, content: 'again' },
        ]),
      ),
      (error) =>
        isUniqueViolation(error, key) && isUniqueViolation(error) && !isUniqueViolation(error, 'other'),
    )
    assert.equal((await owner.query('select from document_chunks')).rowCount, 20_000)
    await assert.rejects(
      as(ben, (tx) => insertChunks(tx, document, [{ chunk_index: 0, content: 'foreign' }])),
      (error) => isForeignKeyViolation(error, 'document_chunks_user_id_document_id_fkey'),
    )
    assert.equal(await as(ana, (tx) => insertChunks(tx, document, [])), 0)
    await assert.rejects(
      as(ana, (tx) =>
        sql`copy public.document_chunks (document_id, chunk_index, content) from stdin`.execute(tx),
      ),
      { code: '0A000' },
      'COPY is no way in: PostgreSQL refuses it under row level security',
    )
  })

  await test("search finds only the user's own rows, whatever the query contains", async () => {
    const document = await documentOf(ben)
    await as(ben, (tx) =>
      insertChunks(tx, document, [{ chunk_index: 0, content: 'a grey heron', section_title: 'Birds' }]),
    )
    const [hit, ...more] = await as(ben, (tx) => searchChunks(tx, 'heron', { maxResults: 3 }))
    assert.equal(more.length, 0)
    assert.equal(hit?.section_title, 'Birds')
    assert.match(hit?.headline ?? '', /<mark>heron<\/mark>/)
    assert.deepEqual(await as(ana, (tx) => searchChunks(tx, 'heron')), [])
    for (const odd of ['', '\0', '" OR (', "'; drop table documents; --", 'the']) {
      await as(ana, (tx) => searchChunks(tx, odd))
      assert.deepEqual(await as(ben, (tx) => searchDocuments(tx, `${odd} zzz`)), [], odd)
    }
    const [own] = await as(ben, (tx) => searchDocuments(tx, ben.slice(0, 8)))
    assert.equal(own?.id, document)
  })

  await test('errors are distinguished by their SQLSTATE and constraint', async () => {
    const caught = (fn: (tx: UserDb) => Promise<unknown>) => as(ana, fn).catch((error: unknown) => error)
    const check = await caught((tx) => sql`update public.user_profiles set name = ''`.execute(tx))
    assert.ok(isCheckViolation(check, 'user_profiles_name_check') && !isCheckViolation(check, 'x'))
    const empty = await caught((tx) =>
      sql`insert into public.documents (filename, file_type) values ('a', 'b')`.execute(tx),
    )
    assert.ok(isNotNullViolation(empty, 'file_size') && !isNotNullViolation(empty, 'filename'))
    assert.ok(isPermissionDenied(await caught((tx) => sql`delete from public.usage_events`.execute(tx))))
    const met = await caught((tx) =>
      sql`do $$ begin raise exception 'x' using errcode = '40001'; end $$`.execute(tx),
    )
    assert.ok(isRetryable(met) && !isUnavailable(met))
    for (const other of [new Error('23505'), { code: '23505' }, undefined, null, 'x']) {
      assert.ok(!isUniqueViolation(other) && !isRetryable(other) && !isUnavailable(other))
    }
  })
})
