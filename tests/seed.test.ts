import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { TABLES } from '../db/access.ts'
import { inRoot } from '../db/paths.ts'
import { cutByHeading } from '../db/seed/chunks.ts'
import { findDocuments } from '../db/seed/documents.ts'
import { seed } from '../db/seed/seed.ts'
import { DEMO_USERS } from '../db/seed/users.ts'
import { type TestDatabase, withTestDatabase } from './support/database.ts'

const run = promisify(execFile)
const documents = findDocuments()

describe('make seed', () => {
  test('fills every table, with at least 200 documents, through the application login', async () => {
    await withTestDatabase(async (database) => {
      const progress: number[] = []
      const result = await seed(database.connection, database.app, (done) => progress.push(done))
      assert.equal(result.users, DEMO_USERS.length)
      assert.ok(result.documents >= 200, `${result.documents} documents`)
      assert.equal(progress.at(-1), result.documents)
      const counts = await rowCounts(database)
      assert.deepEqual([counts.documents, counts.document_chunks], [result.documents, result.chunks])
      for (const [table, count] of Object.entries(counts))
        assert.ok(count >= DEMO_USERS.length, `${table}: ${count}`)
      const { rows } = await database.owner.query(
        `select count(distinct user_id)::int as owners,
                count(*) filter (where exists (
                    select from public.document_chunks as chunks
                    where (chunks.user_id, chunks.document_id) = (documents.user_id, documents.id)
                    having min(chunk_index) = 0 and max(chunk_index) = count(*) - 1
                ))::int as cut
         from public.documents`,
      )
      assert.deepEqual(rows, [{ owners: DEMO_USERS.length, cut: result.documents }])
    })
  })

  test('run again adds and changes nothing', async () => {
    await withTestDatabase(async (database) => {
      await seedSome(database, 40)
      const before = await fingerprint(database)
      assert.deepEqual(await seedSome(database, 40), {
        users: 0,
        documents: 0,
        chunks: 0,
        requests: 0,
        present: 40,
      })
      assert.equal(await fingerprint(database), before)
    })
  })

  test('completes an interrupted run', async () => {
    await withTestDatabase(async (database) => {
      await seedSome(database, 15)
      const { documents: added, present } = await seedSome(database, 40)
      assert.deepEqual([added, present], [25, 15])
    })
  })

  test('twice at once writes every row once', async () => {
    await withTestDatabase(async (database) => {
      const results = await Promise.all([
        seedSome(database, 60),
        seedSome(database, 60),
        seedSome(database, 60),
      ])
      const sum = (count: (result: (typeof results)[number]) => number) =>
        results.map(count).reduce((a, b) => a + b)
      assert.equal(
        sum((result) => result.documents),
        60,
      )
      const counts = await rowCounts(database)
      assert.equal(
        counts.document_chunks,
        sum((result) => result.chunks),
      )
      assert.equal(counts.auth_users, DEMO_USERS.length)
    })
  })

  test('writes the same rows on every database', async () => {
    const keys = (database: TestDatabase) =>
      database.owner.query(
        'select user_id, id, document_id, content from public.document_chunks order by 1, 2',
      )
    const first = await withTestDatabase(async (database) => {
      await seedSome(database, 10)
      return (await keys(database)).rows
    })
    const second = await withTestDatabase(async (database) => {
      await seedSome(database, 10)
      return (await keys(database)).rows
    })
    assert.ok(first.length > 10)
    assert.deepEqual(second, first)
  })

  test('does not change an account with the same e-mail address, and reports it', async () => {
    await withTestDatabase(async (database) => {
      await database.owner.query('insert into auth.users (email) values ($1)', [DEMO_USERS[1]?.email])
      await assert.rejects(seedSome(database, 1), /another account has the e-mail address ben@example\.com/)
      assert.equal((await rowCounts(database)).auth_users, 1)
    })
  })

  test('waits for an account that is being created, and does not change it either', async () => {
    await withTestDatabase(async (database) => {
      await database.owner.query('begin')
      await database.owner.query('insert into auth.users (email) values ($1)', [DEMO_USERS[1]?.email])
      const seeding = seedSome(database, 1)
      await untilAwaited(database, seeding)
      await database.owner.query('commit')
      await assert.rejects(seeding, /another account has the e-mail address ben@example\.com/)
      assert.equal((await rowCounts(database)).auth_users, 1)
    })
  })

  test('creates accounts that Supabase Auth can read', async () => {
    await withTestDatabase(async (database) => {
      await database.owner.query(
        'alter table auth.users add confirmation_token varchar, add aud varchar, add instance_id uuid',
      )
      await seedSome(database, 1)
      const { rows } = await database.owner.query(
        'select distinct confirmation_token, aud, instance_id::text from auth.users',
      )
      assert.deepEqual(rows, [
        { confirmation_token: '', aud: 'authenticated', instance_id: '00000000-0000-0000-0000-000000000000' },
      ])
    })
  })

  test('refuses a server that is not the embedded one, and writes nothing, unless FORCE=1', async () => {
    await withTestDatabase(async (database) => {
      const refused = await makeSeed(database, '0')
      assert.equal(refused.code, 2)
      assert.match(refused.stderr, /not the embedded server: nothing was done\. .*FORCE=1 make seed/)
      assert.equal((await rowCounts(database)).auth_users, 0)
      const forced = await makeSeed(database, '1')
      assert.equal(forced.code, 0, forced.stderr)
      assert.match(forced.stdout, /^4 demo users, \d+ documents in \d+ chunks and 16 agent requests added/)
      assert.equal((await rowCounts(database)).documents, documents.length)
    })
  })

  test('reports that migrations are pending, and writes nothing', async () => {
    await withTestDatabase(async (database) => {
      await database.owner.query('delete from dbmate.schema_migrations')
      const { code, stderr } = await makeSeed(database, '1')
      assert.equal(code, 2)
      assert.match(stderr, /lacks \d+ migrations: run "make migrate" first/)
    })
  })
})

describe('a Markdown file', () => {
  test('is split at headings of both kinds', () => {
    assert.deepEqual(cutByHeading('Intro\n\n# One\ntext\n\nTwo\n---\n\n- list\n'), [
      { sectionTitle: null, content: 'Intro' },
      { sectionTitle: 'One', content: '# One\ntext' },
      { sectionTitle: 'Two', content: 'Two\n---\n\n- list' },
    ])
  })

  test('is not split at text that only looks like a heading', () => {
    assert.deepEqual(
      cutByHeading('# One\n\n```sh\n# a comment\n```\n\n> # quoted\n\n<!-- # no -->\n').map(
        ({ sectionTitle }) => sectionTitle,
      ),
      ['One'],
    )
  })

  test('has titles without markup', () => {
    assert.deepEqual(
      cutByHeading('## *The* `code` of [links](https://example.com) <a id="x"></a>\ntext')[0]?.sectionTitle,
      'The code of links',
    )
    assert.equal(cutByHeading('#\ntext')[0]?.sectionTitle, null)
    assert.equal([...(cutByHeading(`# ${'🦉'.repeat(1200)}\n`)[0]?.sectionTitle ?? '')].length, 1000)
  })

  test('a long section is split between blocks, and nothing is lost', () => {
    const paragraphs = Array.from({ length: 30 }, (_, n) => `Paragraph ${n} ${'word '.repeat(100)}`.trim())
    const chunks = cutByHeading(`# Long\n\n${paragraphs.join('\n\n')}\n`)
    assert.ok(chunks.length > 3)
    assert.deepEqual(new Set(chunks.map((chunk) => chunk.sectionTitle)), new Set(['Long']))
    assert.equal(chunks.map((chunk) => chunk.content).join('\n\n'), `# Long\n\n${paragraphs.join('\n\n')}`)
  })

  test('of white space has no chunks', () => {
    assert.deepEqual(cutByHeading(' \n\n\t\n'), [])
  })
})

function seedSome(database: TestDatabase, count: number) {
  return seed(database.connection, database.app, () => {}, documents.slice(0, count))
}

/** Waits until a session waits for this connection's open transaction, or `other` ends. */
async function untilAwaited(database: TestDatabase, other: Promise<unknown>): Promise<void> {
  let ended = false
  const end = () => {
    ended = true
  }
  other.then(end, end)
  for (let waiting = false; !waiting && !ended; ) {
    const { rows } = await database.owner.query(
      'select from pg_locks where not granted and transactionid = pg_current_xact_id()::xid',
    )
    waiting = rows.length > 0
  }
}

async function makeSeed(database: TestDatabase, force: string) {
  const env = {
    ...process.env,
    DATABASE_URL: database.connection.url.href,
    APP_DATABASE_URL: '',
    FORCE: force,
  }
  try {
    const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', inRoot('scripts/seed.ts')], {
      env,
      cwd: inRoot(),
    })
    return { code: 0, stdout, stderr }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stderr' in error)) throw error
    return { code: error.code, stdout: '', stderr: String(error.stderr) }
  }
}

async function rowCounts(database: TestDatabase) {
  const { rows } = await database.owner.query<Record<Counted, number>>(
    `select (select count(*)::int from auth.users) as auth_users,
            (select count(*)::int from public.user_profiles) as user_profiles,
            (select count(*)::int from public.documents) as documents,
            (select count(*)::int from public.document_chunks) as document_chunks,
            (select count(*)::int from public.agent_requests) as agent_requests,
            (select count(*)::int from public.agent_sessions) as agent_sessions,
            (select count(*)::int from public.usage_events) as usage_events`,
  )
  const counts = rows[0]
  assert.ok(counts)
  return counts
}

type Counted =
  | 'auth_users'
  | 'user_profiles'
  | 'documents'
  | 'document_chunks'
  | 'agent_requests'
  | 'agent_sessions'
  | 'usage_events'

/** A hash of every value of every row, including times. */
async function fingerprint(database: TestDatabase): Promise<string> {
  const sums: string[] = []
  for (const table of Object.keys(TABLES)) {
    const { rows } = await database.owner.query<{ sum: string }>(
      `select md5(string_agg(rows::text, '' order by rows::text)) as sum from public.${table} as rows`,
    )
    sums.push(rows[0]?.sum ?? '')
  }
  return sums.join()
}
