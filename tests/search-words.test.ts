import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useTestDatabase } from './support/database.ts'

const database = useTestDatabase()

describe('a search finds', () => {
  const FOUND: readonly [what: string, text: string, queries: readonly string[]][] = [
    ['with and without accents', 'un café à Besançon', ['café', 'cafe', 'CAFÉ', 'Besancon', 'cafe\u0301']],
    ['accents written apart', 'un cafe\u0301', ['café', 'cafe']],
    ['German umlauts', 'Die Größe der Bäume', ['Bäume', 'Baume', 'GRÖßE']],
    ['French', 'Le financement d’un problème', ['problème', 'probleme', 'financement']],
    ['Spanish', 'Preguntas frecuentes: instalación y años', ['instalacion', 'años', 'anos', 'preguntas']],
    [
      'Chinese',
      '查看我们的主页以了解更多关于数据库的信息',
      ['数据库', '主页', '"数据库的信息"', '主页 数据库'],
    ],
    ['Japanese', 'データベースの設定を変更する', ['設定', 'データベース']],
    ['camelCase', 'call explorer.clearLoadCache() first', ['clearLoadCache', 'clear load cache', 'explorer']],
    ['snake_case', 'set dotenv_config_path before', ['dotenv_config_path', 'config path', 'dotenv']],
    ['versions', 'since v1.2.3 and 10.4.0-beta.2', ['v1.2.3', '10.4.0-beta.2']],
    [
      'addresses of e-mail',
      'ask ada.lovelace@example.com',
      ['ada.lovelace@example.com', 'lovelace', 'example.com'],
    ],
    ['words beyond position 16,383', `${'lake '.repeat(17_000)}red kite`, ['red kite', 'kite']],
    ['paths', 'see src/search/parser.ts', ['src/search/parser.ts', 'parser.ts', 'parser']],
    ['URLs', 'at https://docs.example.com/start', ['docs.example.com', 'docs.example.com/start']],
    ['a hyphenated word', 'a least-recently-used cache', ['least-recently-used', 'recently used']],
    [
      'what one types',
      'two migrations',
      ['mi*', 'migr*', 'migrat*', 'migrati*', 'migratio*', 'migrations*', 'two migr*', 'TWO MIGR*'],
    ],
    [
      'a name that one types',
      'set dotenv_config_path',
      ['dotenv_co*', 'config_pa*', 'dotenv_config_p*', 'dotenv_config_path*'],
    ],
    [
      'an address or path that one types',
      'ask ada.lovelace@example.com or see src/search/parser.ts',
      ['ada.lov*', 'ada.lovelace@exam*', 'example.co*', 'src/sea*', 'src/search/par*', 'parser.t*'],
    ],
    ['a hyphenated word that one types', 'a least-recently-used cache', ['least-rec*', 'least-recently-us*']],
    ['a whole version with an asterisk', 'since v1.2.3', ['v1.2.3*']],
  ]
  for (const [what, text, queries] of FOUND) {
    test(what, async () => {
      const user = await withTexts([text, 'something else altogether'])
      for (const query of queries) {
        for (const [search, rows] of Object.entries(await findBoth(user, query))) {
          assert.equal(rows.length, 1, `${search}: ${query}`)
          assert.match(rows[0]?.headline ?? '', /<mark>/, `${search}: ${query}`)
        }
      }
    })
  }

  const NOT_FOUND: readonly [what: string, text: string, queries: readonly string[]][] = [
    ['another order of Chinese characters', '数据库', ['据数', '库数据']],
    ['the beginning of a word without an asterisk', 'two migrations', ['migr', 'mig']],
    ['a prefix that no word has', 'two migrations', ['migx*', 'two x*', 'igr*']],
    ['a prefix that no part of a name has', 'snake_case', ['snake_x*', 'heron_ca*', 'ca_sn*']],
    ['excluded words', 'a café in main.ts', ['a -cafe', 'main -café', 'cafe -main.ts']],
    ['a phrase interrupted by other words', 'red lake heron', ['"red heron"']],
    ['a part that begins with one of several capitals', 'use HTTPServer', ['server']],
    ['the beginning of a version', 'since v1.2.3-beta.4', ['1.2', 'v1.2.3']],
    ['a phrase beyond position 16,383', `${'lake '.repeat(17_000)}red kite`, ['"red kite"']],
    ['other endings in German', 'viele Bücher', ['Buch']],
  ]
  for (const [what, text, queries] of NOT_FOUND) {
    test(`nothing for ${what}`, async () => {
      const user = await withTexts([text])
      for (const query of queries) {
        const { documents, chunks } = await findBoth(user, query)
        assert.deepEqual([documents, chunks], [[], []], query)
      }
    })
  }

  test('an asterisk elsewhere is not a word', async () => {
    const user = await withTexts(['heron lake'])
    for (const query of [
      'heron* lake',
      '* heron',
      'heron *',
      '** heron lake **',
      '"heron lake"*',
      'heron -xyz*',
      'heron -he_ron*',
      'heron -lake_x*',
    ]) {
      assert.equal((await findBoth(user, query)).documents.length, 1, query)
    }
  })
})

test('accents are taken from every character, alone and after a letter', async () => {
  const { rows } = await database().owner.query(
    `select to_hex(code) as code
     from generate_series(1, 1114111) as code,
         lateral (values (chr(code)), ('e' || chr(code)), ('か' || chr(code))) as texts (given)
     -- surrogates are no characters
     where code not between 55296 and 57343
         and private.fold_text(given) <>
             normalize(regexp_replace(normalize(given, NFD), '[\\u0300-\\u036f]+', '', 'g'), NFC)
     limit 5`,
  )
  assert.deepEqual(rows, [])
})

describe('the order', () => {
  test('is filename, then the title of a section, then text', async () => {
    const user = await database().signUp()
    const ids = await database().as({ userId: user }, async (client) => {
      const { rows } = await client.query<{ id: string; filename: string }>(
        `insert into public.documents (filename, file_type, file_size, content_text)
         values ('heron.md', 'text/markdown', 1, 'nothing of it'),
                ('other.md', 'text/markdown', 1, repeat('heron ', 1000)) returning id, filename`,
      )
      await client.query(
        `insert into public.document_chunks (document_id, chunk_index, section_title, content)
         values ($1, 0, 'Birds', repeat('heron ', 1000)), ($1, 1, 'The heron', 'nothing of it')`,
        [rows[1]?.id],
      )
      return rows.map(({ id }) => id)
    })
    const { documents } = await findBoth(user, 'heron')
    assert.deepEqual(
      documents.map(({ id }) => id),
      ids,
    )
    assert.deepEqual(
      (await findBoth(user, 'heron')).chunks.map(({ title }) => title),
      ['The heron', 'Birds'],
    )
  })

  test('of equal results stays the same, also while others are added', async () => {
    const user = await withTexts(Array.from({ length: 30 }, () => 'the same heron'))
    const first = await findBoth(user, 'heron')
    await database().owner.query('vacuum full public.document_chunks')
    await addTexts(user, ['a heron somewhere in a longer text about other birds', 'no such bird'])
    const second = await findBoth(user, 'heron')
    for (const search of ['documents', 'chunks'] as const) {
      const ids = first[search].map(({ id }) => id)
      assert.deepEqual(ids, [...ids].sort())
      assert.deepEqual(
        second[search].map(({ id }) => id).filter((id) => ids.includes(id)),
        ids,
      )
    }
  })

  test('of equal results determines which of them are first', async () => {
    const user = await withTexts(Array.from({ length: 30 }, () => 'the same heron'))
    const all = await findBoth(user, 'heron')
    const few = await findBoth(user, 'heron', 7)
    assert.deepEqual(few.documents, all.documents.slice(0, 7))
    assert.deepEqual(few.chunks, all.chunks.slice(0, 7))
  })
})

describe('a headline', () => {
  test('shows a match beyond the first 100,000 characters', async () => {
    const filler = 'lorem ipsum dolor sit amet '
    const user = await withTexts([`${filler.repeat(12_000)}the heron by the lake ${filler.repeat(100)}`])
    const { documents, chunks } = await findBoth(user, 'heron')
    for (const [hit] of [documents, chunks])
      assert.match(hit?.headline ?? '', /<mark>heron<\/mark> by the lake/)
  })

  test('shows the beginning of a text that has none of the words', async () => {
    const beginning = 'Otters swim in the river and sleep on the bank'
    const user = await withTexts([beginning, `${beginning}. ${'lorem ipsum dolor sit amet '.repeat(12_000)}`])
    for (const query of ['untitled', '-heron']) {
      const { documents } = await findBoth(user, query)
      assert.equal(documents.length, 2, query)
      for (const { headline } of documents) assert.ok(headline.startsWith(beginning), `${query}: ${headline}`)
    }
  })

  test('marks a word whose stem differs from it', async () => {
    const stems = {
      sky: 'skies',
      die: 'dying',
      lie: 'lying',
      ski: 'skis',
      happy: 'happiness',
      possible: 'possibly',
    }
    for (const [query, word] of Object.entries(stems)) {
      const { rows } = await database().owner.query<{ headline: string }>(
        'select private.search_headline($1, private.search_terms($2)) as headline',
        [`${'lorem ipsum dolor sit amet '.repeat(100)}the otter ${word} there`, query],
      )
      assert.match(rows[0]?.headline ?? '', new RegExp(`the otter <mark>${word}</mark> there$`))
    }
  })

  test('shows a match that crosses a boundary between pieces of the text', async () => {
    for (const before of [99_994, 99_997, 99_999]) {
      const user = await withTexts([`${'x'.repeat(before - 1)} heron by the lake`])
      assert.match((await findBoth(user, 'heron')).chunks[0]?.headline ?? '', /<mark>heron<\/mark>/)
    }
  })

  test('never splits a word', async () => {
    const words = [
      'don’t',
      "isn't",
      'snake_case_name',
      'a/path/of.ts',
      'e-mail',
      'über',
      'ada@example.com',
      'v1.2.3',
      'getUserById',
    ]
    assert.deepEqual(await othersIn(words), [])
  })

  test('never splits a long word, where the surroundings of a match end', async () => {
    const words = ['very'.repeat(20), 'wordy'.repeat(15), 'lengthy'.repeat(12)]
    assert.deepEqual((await othersIn(words)).filter(Boolean), [])
  })

  test('shows markup of the document as text, never as markup', async () => {
    const user = await withTexts(['a <b onclick="x()">heron</b> &amp; <mark>lake</mark> \u0002reed\u0003'])
    const { chunks } = await findBoth(user, 'heron')
    assert.equal(
      chunks[0]?.headline,
      'a &lt;b onclick=&quot;x()&quot;&gt;<mark>heron</mark>&lt;/b&gt; &amp;amp; &lt;mark&gt;lake&lt;/mark&gt; reed',
    )
  })

  test('marks a whole name, and the characters of a phrase together', async () => {
    const user = await withTexts(['Call Explorer.clearLoadCache() for a Café with 数据库的信息'])
    const headlineOf = async (query: string) => (await findBoth(user, query)).chunks[0]?.headline ?? ''
    assert.match(await headlineOf('clear load cache'), /Explorer\.<mark>clearLoadCache<\/mark>\(\)/)
    assert.match(await headlineOf('cafe'), /<mark>Café<\/mark>/)
    assert.match(await headlineOf('数据库'), /<mark>数据库<\/mark>的信息/)
  })
})

/** What headlines show beside these words, for a heron at many places between them. */
async function othersIn(words: readonly string[]): Promise<string[]> {
  const filler = Array.from(
    { length: 400 },
    (_, n) => words[(n * 7 + Math.floor(n / 9)) % words.length] ?? '',
  )
  const others: string[] = []
  for (const place of Array.from({ length: 60 }, (_, n) => n * 6)) {
    const text = [...filler.slice(0, place), 'heron', ...filler.slice(place)].join(' ')
    const { rows } = await database().owner.query<{ headline: string }>(
      "select private.search_headline($1, private.search_terms('heron')) as headline",
      [text],
    )
    assert.match(rows[0]?.headline ?? '', /<mark>heron<\/mark>/)
    const shown = (rows[0]?.headline ?? '').replaceAll(/<\/?mark>/g, '').replaceAll('&#39;', "'")
    others.push(...shown.split(' ').filter((word) => word !== 'heron' && !words.includes(word)))
  }
  return others
}

interface Hit {
  id: string
  headline: string
  title?: string | null
}

/** The results of both searches for a user. */
async function findBoth(
  userId: string,
  query: string,
  maxResults = 100,
): Promise<{ documents: Hit[]; chunks: Hit[] }> {
  const values = [query, maxResults]
  return database().as({ userId }, async (client) => ({
    documents: (await client.query<Hit>('select id, headline from public.search_documents($1, $2)', values))
      .rows,
    chunks: (
      await client.query<Hit>(
        'select id, headline, section_title as title from public.search_chunks($1, $2)',
        values,
      )
    ).rows,
  }))
}

/** Adds an account with one document per text, each with one chunk; returns its id. */
async function withTexts(texts: readonly string[]): Promise<string> {
  const user = await database().signUp()
  await addTexts(user, texts)
  return user
}

async function addTexts(userId: string, texts: readonly string[]): Promise<void> {
  await database().as({ userId }, (client) =>
    client.query(
      `with added as (
           insert into public.documents (filename, file_type, file_size, content_text)
           select 'untitled', 'text/plain', 1, text from unnest($1::text[]) as text returning id, content_text
       )
       insert into public.document_chunks (document_id, chunk_index, content)
       select id, 0, content_text from added`,
      [texts],
    ),
  )
}
