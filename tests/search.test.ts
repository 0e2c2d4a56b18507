import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Caller, useTestDatabase } from './support/database.ts'

const database = useTestDatabase()

type Search = 'search_chunks' | 'search_documents'
const SEARCHES = ['search_chunks', 'search_documents'] as const

interface Hit {
  id: string
  headline: string
  rank: number
}

describe('a search', () => {
  for (const search of SEARCHES) {
    test(`${search} finds only the caller's own rows`, async () => {
      const [ada, bob] = [await withTexts(['a heron by the lake']), await withTexts(['a heron on the roof'])]
      const [hit, ...others] = await find(search, ada, 'heron')
      assert.equal(others.length, 0)
      assert.match(hit?.headline ?? '', /lake/)
      assert.match((await find(search, bob, 'heron'))[0]?.headline ?? '', /roof/)
    })

    test(`${search} accepts web search syntax`, async () => {
      const user = await withTexts(['red heron lake', 'blue heron', 'red lake heron', 'otters swimming'])
      const count = async (query: string) => (await find(search, user, query)).length
      assert.equal(await count('red heron'), 2)
      assert.equal(await count('"red heron"'), 1)
      assert.equal(await count('blue or otter'), 2)
      assert.equal(await count('heron -red'), 1)
      assert.equal(await count('swim'), 1, 'words match by their stem')
    })

    test(`${search} treats a rule of dashes, as in pasted Markdown, as white space`, async () => {
      const user = await withTexts(['heron lake', 'otter'])
      const count = async (query: string) => (await find(search, user, query)).length
      assert.equal(await count(`heron\n${'-'.repeat(80)}\nlake`), 1)
      assert.equal(await count('--heron'), 1)
      assert.equal(await count('otter -heron'), 1)
    })

    test(`${search} puts the best match first`, async () => {
      const user = await withTexts(['one heron and much besides it', 'heron heron heron', 'no bird here'])
      const ranks = (await find(search, user, 'heron')).map((hit) => hit.rank)
      assert.equal(ranks.length, 2)
      assert.deepEqual(
        ranks,
        [...ranks].sort((a, b) => b - a),
      )
      assert.match((await find(search, user, 'heron'))[0]?.headline ?? '', /(<mark>heron<\/mark> ?){3}/)
    })

    test(`${search} clamps max_results to 1..100`, async () => {
      const user = await withTexts(Array.from({ length: 120 }, (_, n) => `heron ${n}`))
      const count = async (max: number | null) => (await find(search, user, 'heron', max)).length
      assert.equal(await count(3), 3)
      assert.equal(await count(100), 100)
      assert.equal(await count(101), 100)
      assert.equal(await count(2_147_483_647), 100)
      assert.equal(await count(1), 1)
      assert.equal(await count(0), 1)
      assert.equal(await count(-2_147_483_648), 1)
      assert.equal(await count(null), search === 'search_chunks' ? 10 : 20)
    })

    test(`${search} without max_results returns its default number of rows`, async () => {
      const user = await withTexts(Array.from({ length: 30 }, (_, n) => `heron ${n}`))
      const rows = await database().as({ userId: user }, (client) =>
        client.query(`select from public.${search}('heron')`),
      )
      assert.equal(rows.rowCount, search === 'search_chunks' ? 10 : 20)
    })

    test(`${search} finds nothing if the query has no words`, async () => {
      const user = await withTexts(['the heron and the lake', '- " or & | ! ( ) : * <-> \\ %'])
      // biome-ignore format: a list to be read across
      const wordless = [
        null, '', ' ', '\n\t', 'the', 'the and a of', '-', '"', '""', '& | !', "'", '\\', '%', '🦉', '-the', 'or',
      ]
      for (const query of wordless) {
        assert.deepEqual(await find(search, user, query), [], `query ${JSON.stringify(query)}`)
      }
    })

    test(`${search} accepts odd queries without an error`, async () => {
      const user = await withTexts(['heron'])
      // biome-ignore format: a list to be read across
      const odd = [
        'heron & & lake', 'heron:*', '(heron', 'heron)))', '!!heron', 'heron <-> <-> lake', '"heron', '-"heron lake',
        "heron'; drop table documents; --", 'or or or', '- - -', 'heron\u0001', '\u202eheron', 'heron:ABCD',
        'http://example.com/a?b=c&d=e#f', 'a-b-c-d-e-f-g', '1e400', '-0', '<script>alert(1)</script>',
        'x'.repeat(3000), '"'.repeat(5000), '-'.repeat(5000), '- '.repeat(5000), '-&'.repeat(5000), '-(!|\n'.repeat(5000), '| --- '.repeat(50),
        'or '.repeat(5000), 'a-'.repeat(100_000),
        Array.from({ length: 200_000 }, (_, n) => `word${n}`).join(' '), '𠀀'.repeat(3000),
      ]
      for (const query of odd) assert.ok(Array.isArray(await find(search, user, query)), query.slice(0, 40))
    })

    test(`${search} never raises an error, whatever the query`, async () => {
      const user = await withTexts(['heron by the lake', 'or "not" -this'])
      const token = fc.constantFrom(
        '"',
        '-',
        'or',
        'OR',
        'and',
        '&',
        '|',
        '!',
        '(',
        ')',
        ':*',
        '<->',
        '\\',
        "'",
        'heron',
        ' ',
      )
      const query = fc.oneof(
        fc.array(token, { maxLength: 40 }).map((parts) => parts.join('')),
        fc.array(token, { maxLength: 40 }).map((parts) => parts.join(' ')),
        fc.string({ unit: 'binary', maxLength: 200 }),
      )
      await database().as({ userId: user }, async (client) => {
        await fc.assert(
          fc.asyncProperty(query, async (text) => {
            // PostgreSQL's text cannot contain NUL.
            fc.pre(!text.includes('\u0000'))
            await client.query(`select from public.${search}($1)`, [text])
          }),
          { numRuns: 300 },
        )
      })
    })

    test(`${search} is refused to anon, to service_role and to PUBLIC`, async () => {
      for (const role of ['anon', 'service_role'] as const) {
        await assert.rejects(query(search, { role }, 'heron'), { code: '42501' })
      }
      const { rows } = await database().owner.query(
        `select rolname from pg_roles
         where has_function_privilege(oid, $1::regprocedure, 'execute') and not rolsuper
             and rolname in ('anon', 'authenticated', 'service_role', 'authenticator')`,
        [`public.${search}(text, integer)`],
      )
      assert.deepEqual(rows, [{ rolname: 'authenticated' }])
    })

    test(`${search} finds nothing for a caller without identity`, async () => {
      await withTexts(['heron'])
      assert.deepEqual(await query(search, { role: 'authenticated' }, 'heron'), [])
    })
  }

  test('finds a document by the words of its filename, and ranks that above its text', async () => {
    const user = await withTexts([])
    const named = await addDocument(user, 'Nothing of it here', 'grey-heron_notes.final.md')
    const mentioned = await addDocument(user, 'heron heron heron heron', 'other.md')
    const hits = await find('search_documents', user, 'heron')
    assert.deepEqual(
      hits.map((hit) => hit.id),
      [named, mentioned],
    )
    for (const query of ['grey', 'notes', 'grey-heron_notes.final.md']) {
      assert.equal((await find('search_documents', user, query))[0]?.id, named, query)
    }
  })

  test('finds a document that has no text yet, with its filename as the headline', async () => {
    const user = await withTexts([])
    const id = await addDocument(user, null, 'heron.pdf')
    const [hit] = await find('search_documents', user, 'heron')
    assert.deepEqual([hit?.id, typeof hit?.headline], [id, 'string'])
  })

  test('ranks a chunk whose section title matches above one whose text does', async () => {
    const user = await withTexts([])
    const document = await addDocument(user, null, 'birds.md')
    await addChunk(user, document, 0, 'heron heron heron', 'Otters')
    await addChunk(user, document, 1, 'Nothing of it here, only lakes, reeds and rain', 'The heron')
    const { rows } = await database().as({ userId: user }, (client) =>
      client.query<{ chunk_index: number }>("select chunk_index from public.search_chunks('heron')"),
    )
    assert.deepEqual(
      rows.map((row) => row.chunk_index),
      [1, 0],
    )
  })

  test('reflects a change at once, and no longer finds a deleted document', async () => {
    const user = await withTexts(['heron'])
    await database().as({ userId: user }, (client) =>
      client.query("update public.document_chunks set content = 'otter'"),
    )
    assert.equal((await find('search_chunks', user, 'heron')).length, 0)
    assert.equal((await find('search_chunks', user, 'otter')).length, 1)
    await database().as({ userId: user }, (client) => client.query('delete from public.documents'))
    assert.equal((await find('search_chunks', user, 'otter')).length, 0)
    assert.equal((await find('search_documents', user, 'heron')).length, 0)
  })
})

describe('a headline', () => {
  for (const search of SEARCHES) {
    test(`of ${search} marks the matches and escapes all other HTML`, async () => {
      const user = await withTexts([`heron <mark>otter</mark> & "lake" 'reed' &lt;b&gt;`])

      assert.deepEqual(
        (await find(search, user, 'heron')).map((hit) => hit.headline),
        [
          '<mark>heron</mark> &lt;mark&gt;otter&lt;/mark&gt; &amp; &quot;lake&quot; &#39;reed&#39; &amp;lt;b&amp;gt;',
        ],
      )
    })
  }

  test('is well-formed HTML, with nothing but <mark> in it, whatever text and query are', async () => {
    // biome-ignore format: a list to be read across
    const part = fc.constantFrom(
      '<', '>', '&', '"', "'", '<mark>', '</mark>', '&lt;', '&amp;', '&#39;', '&#x3c;', '<script>', '</script>',
      '<!--', '-->', 'lt', 'gt', 'amp', 'quot', '39', 'x3c', 'mark', 'heron', ' ', '-', '/', '.', ':', ';', '@', '#',
      'http://', 'example.com', '?a=b', 'a', '1', '\n', '_', '+', '=', '🦉', 'é', 'e\u0301', 'camelCase', '船', '\u200b',
      '\u0002', '\u0003', '\u0004', 'q\u0303', '각',
    )
    const words = fc.subarray([
      'lt',
      'gt',
      'amp',
      'quot',
      '39',
      'x3c',
      'mark',
      'heron',
      'a',
      '1',
      'example.com',
      'script',
      'b',
    ])
    await database().as({ role: 'authenticated' }, async (client) => {
      await fc.assert(
        fc.asyncProperty(fc.array(part, { maxLength: 60 }), words, async (parts, terms) => {
          const { rows } = await client.query<{ headline: string }>(
            'select private.search_headline($1, private.search_terms($2)) as headline',
            [parts.join(''), terms.join(' or ')],
          )
          const headline = rows[0]?.headline ?? ''
          assert.ok(passageOf(parts.join('')).includes(shown(headline)), 'it is a passage of the text')
          const marked = /^(?:[^<>]|<mark>[^<>]*<\/mark>)*$/
          assert.match(headline, marked)
          const inert = headline.replaceAll(/<\/?mark>/g, '')
          assert.doesNotMatch(inert, /[<>"']/)
          // Every & begins one of the five complete entities, so no mark has split one.
          assert.doesNotMatch(headline.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, ''), /&/)
        }),
        { numRuns: 1500 },
      )
    })
  })

  test('of a very long text is returned without an error', async () => {
    const user = await withTexts([`heron ${'lorem ipsum <b> '.repeat(50_000)}`])
    for (const search of SEARCHES) {
      assert.match((await find(search, user, 'heron'))[0]?.headline ?? '', /<mark>heron<\/mark>/)
    }
  })
})

describe('two gates', () => {
  test('a first gate that returns all users’ ids does not reveal other users’ rows', async () => {
    const ada = await withTexts(['gannet of Ada'])
    await withTexts(['gannet of Bob'])
    const { owner } = database()
    for (const [gate, table] of [
      ['find_chunks', 'document_chunks'],
      ['find_documents', 'documents'],
    ] as const) {
      const { rows } = await owner.query<{ source: string }>(
        'select pg_get_functiondef($1::regproc) as source',
        [`private.${gate}`],
      )
      const intact = rows[0]?.source ?? ''
      const broken = intact.replaceAll(`${table}.user_id = caller`, 'true')
      assert.notEqual(broken, intact, 'the gate was broken')
      await owner.query(broken)
      try {
        const ids = await database().as({ userId: ada }, (client) =>
          client.query(`select from private.${gate}(private.search_terms('gannet'), 100)`),
        )
        assert.ok((ids.rowCount ?? 0) > 1, 'the broken gate returns ids of others')
        const hits = await find(
          gate === 'find_chunks' ? 'search_chunks' : 'search_documents',
          ada,
          'gannet',
          100,
        )
        assert.deepEqual(
          hits.map((hit) => hit.headline),
          ['<mark>gannet</mark> of Ada'],
        )
      } finally {
        await owner.query(intact)
      }
    }
  })

  test('a second gate without policies does not reveal other users’ rows', async () => {
    const ada = await withTexts(['heron of Ada'])
    const { owner } = database()
    const { rows } = await owner.query<{ id: string }>('select id from public.documents where user_id = $1', [
      ada,
    ])
    const bob = await withTexts(['heron of Bob'])
    await addDocument(bob, 'heron of Bob', 'same id as of Ada', rows[0]?.id)
    await owner.query('alter table public.documents disable row level security')
    await owner.query('alter table public.document_chunks disable row level security')
    try {
      for (const search of SEARCHES) assert.equal((await find(search, ada, 'heron', 100)).length, 1)
    } finally {
      await owner.query('alter table public.documents enable row level security')
      await owner.query('alter table public.document_chunks enable row level security')
    }
  })

  test('two users with the same ids each find only their own', async () => {
    const [ada, bob] = [await withTexts([]), await withTexts([])]
    const id = await addDocument(ada, 'heron of Ada', 'same.md')
    await addDocument(bob, 'heron of Bob', 'same.md', id)
    assert.deepEqual(
      (await find('search_documents', ada, 'heron')).map((hit) => hit.headline),
      ['<mark>heron</mark> of Ada'],
    )
    assert.deepEqual(
      (await find('search_documents', bob, 'heron')).map((hit) => hit.headline),
      ['<mark>heron</mark> of Bob'],
    )
  })

  test('objects of the caller with the same names have no effect', async () => {
    const ada = await withTexts(['heron of Ada'])
    await withTexts(['heron of Bob'])
    await database().as({ userId: ada }, async (client) => {
      await client.query('create temporary table document_chunks (id uuid, user_id uuid, content text)')
      await client.query('create domain pg_temp.uuid as text')
      await client.query('set local search_path = pg_temp, public')
      const { rowCount } = await client.query("select from public.search_chunks('heron', 100)")
      assert.equal(rowCount, 1)
    })
  })
})

/** A text as headlines show it, without the control characters that represent marks. */
function passageOf(text: string): string {
  return text.normalize('NFC').replaceAll('\u0002', '').replaceAll('\u0003', '').replaceAll('\u0004', '')
}

/** The visible text of a headline. */
function shown(headline: string): string {
  return headline
    .replaceAll(/<\/?mark>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

/** Runs a search as a user. */
function find(
  search: Search,
  userId: string,
  text: string | null,
  maxResults?: number | null,
): Promise<Hit[]> {
  return query(search, { userId }, text, maxResults)
}

async function query(
  search: Search,
  caller: Caller,
  text: string | null,
  maxResults: number | null = 10,
): Promise<Hit[]> {
  return database().as(caller, async (client) => {
    const { rows } = await client.query<Hit>(`select id, headline, rank from public.${search}($1, $2)`, [
      text,
      maxResults,
    ])
    return rows
  })
}

/** Adds an account with one document per text, each with one chunk; returns its id. */
async function withTexts(texts: readonly string[]): Promise<string> {
  const user = await database().signUp()
  for (const [index, text] of texts.entries()) {
    await addChunk(user, await addDocument(user, text, `document ${index}`), 0, text, null)
  }
  return user
}

async function addDocument(
  userId: string,
  text: string | null,
  filename: string,
  id?: string,
): Promise<string> {
  return database().as({ userId }, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `insert into public.documents (id, filename, file_type, file_size, content_text)
       values (coalesce($1, gen_random_uuid()), $2, 'text/markdown', 1, $3) returning id`,
      [id, filename, text],
    )
    return rows[0]?.id ?? ''
  })
}

async function addChunk(
  userId: string,
  documentId: string,
  index: number,
  content: string,
  title: string | null,
) {
  await database().as({ userId }, (client) =>
    client.query(
      'insert into public.document_chunks (document_id, chunk_index, content, section_title) values ($1, $2, $3, $4)',
      [documentId, index, content, title],
    ),
  )
}
