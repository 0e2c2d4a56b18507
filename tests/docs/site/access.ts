import assert from 'node:assert/strict'
import { test } from 'node:test'
import { API_ROLES } from 'rls-judge/intent.ts'
import { type ListedCell, listCells } from 'rls-judge/list-cells.ts'
import { INTENT } from '../../../db/access.ts'
import { findPlatform } from '../../../db/platforms/find.ts'
import type { TestDatabase } from '../../support/database.ts'
import { type ReadPage, texts } from './pages.ts'

const TABLES = Object.keys(INTENT.tables)

/** The access matrix and the functions, compared with the intent and with what `make test-rls` tries. */
export function testAccess(page: ReadPage, database: () => TestDatabase): void {
  test('the promise for files on Supabase leads to its policies', () => {
    const promises = [...page('access.html').querySelectorAll('td')]
    const files = promises.find(({ textContent }) => textContent?.startsWith('On Supabase: users can list'))
    assert.match(
      files?.querySelector('a')?.getAttribute('href') ?? '',
      /^files\/migrations\/\d+_create_documents_bucket\.sql\.html$/,
    )
  })

  test('a cell of the matrix matches the intent, and has a sign, a word, a reason and the number of its tests', async () => {
    const client = await database().owner.connect()
    let attempts: ListedCell[] = []
    try {
      attempts = await listCells(client, { intent: INTENT, platform: await findPlatform(client) })
    } finally {
      client.release()
    }
    const matrix = page('access.html')
    for (const table of TABLES) {
      const reasons = page(`access/${table}.html`)
      for (const role of API_ROLES)
        for (const command of ['select', 'insert', 'update', 'delete', 'truncate'] as const) {
          const name = `${role}, ${command} ${table}`
          const link = matrix.querySelector(`a[aria-label^="${name}: "]`)
          const columns = intended(table, role, command)
          const reach = columns.length === 0 ? 'none' : role === 'service_role' ? 'all' : 'some'
          assert.equal(link?.textContent, WORDS[reach].word, name)
          assert.equal(link?.parentElement?.querySelector('.sign')?.textContent, WORDS[reach].sign, name)
          assert.equal(link?.parentElement?.className, reach, name)
          const all = INTENT.tables[table]?.columns.length
          const part = link?.parentElement?.querySelector('small')?.textContent
          if (reach === 'none' || columns === EVERY) assert.equal(part, undefined, name)
          else
            assert.deepEqual(
              part?.replace(`${columns.length} of ${all} columns: `, '').split(', ').sort(),
              [...columns].sort(),
            )

          const reason = reasons.querySelector(`#${link?.getAttribute('href')?.split('#')[1]}`)
          assert.match(reason?.querySelector('li')?.textContent ?? '', WORDS[reach].why, name)
          if (reach !== 'none') assert.match(reason?.textContent ?? '', /granted: grant /, name)
          if (reach === 'some')
            assert.match(reason?.textContent ?? '', /policy \w+, (?:using|with check) /, name)
          const tried = attempts.filter(
            (each) => each.table === table && each.role === role && each.command === command,
          ).length
          assert.ok(tried > 0, name)
          assert.equal(
            reason?.querySelector('a[href*="tests/"]')?.textContent,
            `${tried.toLocaleString('en')} statement${tried === 1 ? '' : 's'}`,
            name,
          )
        }
    }
    const counted = [
      ...page('figures.html').querySelectorAll('[aria-label^="Numbers of Statements that try "] td.number'),
    ]
    assert.equal(
      counted.reduce((sum, { textContent }) => sum + Number(textContent?.replaceAll(',', '')), 0),
      attempts.length,
      'the coverage of the matrix',
    )
  })

  test('the access page shows who may call a function, and the guarantees and their limits', () => {
    const document = page('access.html')
    const callers = (signature: string) =>
      [...document.querySelectorAll('[aria-label="Who may call functions"] tbody tr')]
        .filter((row) => texts(row, 'th')[0] === signature)
        .flatMap((row) => [...row.querySelectorAll('td.some')])
        .map((cell) => cell.getAttribute('data-role'))
    for (const [signature, { execute }] of Object.entries(INTENT.functions))
      assert.deepEqual(callers(signature).sort(), [...execute].sort(), signature)
    assert.ok(texts(document, 'h2').includes('What is promised'))
    assert.ok(texts(document, 'h2').includes('What is not promised'))
  })

  test('a function’s entry has its signature in SQL and TypeScript, its security, the tables it reads and who may call it', () => {
    const about = (signature: string) =>
      [...page('functions.html').querySelectorAll('table.about')]
        .filter(({ parentElement }) => parentElement?.getAttribute('aria-label') === `About ${signature}`)
        .flatMap((table) => texts(table, 'td'))
    const [sql, typescript, rights, callers, reads] = about('public.search_documents(text,integer)')
    assert.match(
      sql ?? '',
      /^public\.search_documents\(query text, max_results integer DEFAULT 20\) returns TABLE\(id uuid, /,
    )
    assert.match(
      typescript ?? '',
      /^search_documents\(\{ query: string, max_results\?: number \}\): \{ id: string \| null; /,
    )
    assert.deepEqual([rights, callers], ['the caller', 'authenticated'])
    assert.match(reads ?? '', /^documents; calls .*private\.find_documents/)
    assert.match(about('private.find_documents(tsquery,integer)')[1] ?? '', /^the owner/)
  })
}

const WORDS = {
  all: { sign: '●', word: 'every row', why: /bypasses row level security/ },
  some: { sign: '◐', word: 'rows by policy', why: /^rows allowed by \w+$/ },
  none: { sign: '✕', word: 'no', why: /has no privilege for/ },
}

const EVERY: readonly string[] = ['every column']

/** The columns that the intent allows to a role. */
function intended(table: string, role: (typeof API_ROLES)[number], command: string): readonly string[] {
  const access = INTENT.tables[table]
  if (role === 'service_role') return access?.service_role.some((each) => each === command) ? EVERY : []
  if (role !== 'authenticated') return []
  const columns = Object.entries(access?.authenticated ?? {}).find(([name]) => name === command)?.[1]
  return columns === true ? EVERY : Array.isArray(columns) ? columns : []
}
