import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestDatabase } from './support/database.ts'
import { LONG } from './support/long.ts'

/** 10 MB. The check constraint allows this number of characters. */
const FULL = 10_485_760
/** Twice the size limit of a tsvector, so that each kind of text is indexed only in part. */
const BYTES = LONG ? FULL : 2 * 1_048_576

const database = useTestDatabase()

/** The first word of every text, which the search must find. */
const FIRST_WORD = 'heron'

const TEXTS: readonly [what: string, text: () => string][] = [
  ['distinct words', () => words((n) => `w${n.toString(36)}`)],
  ['distinct words of 4-byte letters', () => words((n) => ideographs(n))],
  ['emoji', () => words(() => '🦉🦉')],
  ['distinct URLs', () => words((n) => `https://host${n}.example.com/path/${n}/?q=${n}#${n}`)],
  ['distinct hyphenated words', () => words((n) => `a${n}-b${n}-c${n}`)],
  ['one word', () => words(() => 'x'.repeat(BYTES))],
  ['one word of hyphens', () => words((n) => (n === 0 ? '' : 'a-'.repeat(BYTES)))],
  ['single letters', () => words(() => 'q')],
  ['markup and entities', () => words((n) => `<b id="${n}">&amp;&#${n};</b>`)],
  ['control characters', () => words(() => '\u0001\u001f\u007f\u0085\u200b\u202e\ufeff')],
]

for (const [what, text] of TEXTS) {
  test(`${BYTES >> 20} MB of ${what} are stored whole and searchable in part`, async () => {
    const userId = await database().signUp()
    const content = text()
    await addDocument(userId, content)
    const { rows } = await database().as({ userId }, (client) =>
      client.query(
        `select
             (select md5(content_text) from public.documents) = md5($1) as whole,
             (select count(*)::int from public.search_documents($2)) as found,
             (select count(*)::int from public.search_documents('large')) as found_by_name`,
        [content, FIRST_WORD],
      ),
    )
    assert.deepEqual(rows, [{ whole: true, found: 1, found_by_name: 1 }])
  })
}

test('10 MB in one chunk are stored whole and searchable in part', async () => {
  const userId = await database().signUp()
  const content = words((n) => `w${n.toString(36)}`, FULL)
  const documentId = await addDocument(userId, null)
  await database().as({ userId }, (client) =>
    client.query(
      'insert into public.document_chunks (document_id, chunk_index, content) values ($1, 0, $2)',
      [documentId, content],
    ),
  )
  const { rows } = await database().as({ userId }, (client) =>
    client.query('select content = $1 as whole from public.search_chunks($2)', [content, FIRST_WORD]),
  )
  assert.deepEqual(rows, [{ whole: true }])
})

async function addDocument(userId: string, content: string | null): Promise<string> {
  return database().as({ userId }, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `insert into public.documents (filename, file_type, file_size, content_text)
       values ('large.txt', 'text/plain', 0, $1) returning id`,
      [content],
    )
    return rows[0]?.id ?? ''
  })
}

/** FIRST_WORD, followed by as many whole words of a kind as fit, or by the beginning of a single word. */
function words(word: (n: number) => string, size = BYTES): string {
  const parts = [FIRST_WORD]
  let bytes = FIRST_WORD.length
  for (let n = 0; bytes < size; n++) {
    const next = word(n).slice(0, Math.max(0, size - bytes - 1))
    parts.push(next)
    bytes += Buffer.byteLength(next) + 1
  }
  return parts.join(' ')
}

/** Four ideographs outside the basic plane, different for each n. */
function ideographs(n: number): string {
  const digits = [n % 1000, Math.floor(n / 1000) % 1000, Math.floor(n / 1_000_000) % 1000, 7]
  return digits.map((digit) => String.fromCodePoint(0x20000 + digit)).join('')
}
