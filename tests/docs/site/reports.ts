import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SIDES, USERS } from '../../../db/docs/measurement-figures.ts'
import { listMigrations, readSection } from '../../../db/migrations/files.ts'
import { inRoot } from '../../../db/paths.ts'
import { type ReadPage, texts } from './pages.ts'

/** Compares the history, the figures, the decisions and the rules with their source files. */
export function testReports(page: ReadPage): void {
  test('the history shows the comment, changes, locks and rollback of each migration', () => {
    const files = listMigrations()
    const sections = [...page('history.html').querySelectorAll('main > section')]
    assert.deepEqual(
      sections.map((section) => texts(section, 'h2')[0]),
      files.map(({ name }) => name).reverse(),
    )
    for (const [at, file] of files.toReversed().entries()) {
      const text = sections[at]?.textContent ?? ''
      const down = readSection(file, 'down')?.sql ?? ''
      assert.match(text, /irreversible:/.test(down) ? /Irreversible: \w/ : /Can be rolled back/, file.name)
      assert.ok((texts(sections[at], '.prose')[0] ?? '').length > 20, file.name)
    }
    const comments = texts(page('history.html'), '.prose').join()
    assert.match(comments, /load cache finds explorer\.clearLoadCache\(\)/, 'code is marked as code')
    const text =
      sections.find((each) => /create_documents\.sql/.test(texts(each, 'h2')[0] ?? ''))?.textContent ?? ''
    assert.match(text, /\+ added table documents/)
    assert.match(text, /\+ added policy documents_update_own on documents/)
    assert.match(text, /\+ added authenticated: select documents\.filename/)
    assert.match(text, /Locks: \d+ object/)
    assert.match(text, /The types package: 1 minor/)
  })

  test('the figures have every mutation operator with its score, and every measurement its machine and commit', () => {
    const document = page('figures.html')
    const rows = new Map<string, number>(
      [...document.querySelectorAll('[aria-label^="Numbers of Mutants: "]')].flatMap((numbers) =>
        [...numbers.querySelectorAll('tbody tr')].map((row) => {
          const [what = '', kind = '', number = ''] = texts(row, 'th, td')
          const subject = numbers.getAttribute('aria-label')?.replace('Numbers of Mutants: ', '')
          return [`${subject}: ${what}, ${kind}`, Number(number.replaceAll(',', ''))] as const
        }),
      ),
    )
    const report: Report = JSON.parse(readFileSync(inRoot('tests', 'mutants', 'report.json'), 'utf8'))
    for (const { operator, killed, survived } of report.operators) {
      assert.equal(rows.get(`${operator}, killed`), killed, operator)
      assert.equal(rows.get(`${operator}, SURVIVED`), survived || undefined, operator)
    }
    const groups = [...document.querySelectorAll('main > section')]
    const operations = groups.find((group) => texts(group, 'h2')[0] === 'Operations')
    assert.deepEqual(texts(operations, 'dt'), [...Object.keys(SIDES), ...Object.keys(USERS)])
    const drawn = texts(operations, 'figure:first-of-type svg text').filter((text) => text.includes(' · '))
    assert.deepEqual(
      drawn.filter((text) => text.startsWith('search_chunks · ')),
      drawn.slice(0, 3),
      'the sides of an operation are together',
    )
    assert.ok(groups.some((group) => texts(group, 'h2')[0] === 'Operations'))
    for (const group of groups) {
      const drawn = [...group.querySelectorAll('figure')]
      assert.ok(drawn.length > 0)
      for (const figure of drawn) assert.ok(figure.querySelector('svg[role=img]'), texts(figure, 'h3')[0])
      if (/^(?:Operations|Benchmark )/.test(texts(group, 'h2')[0] ?? ''))
        assert.match(
          texts(group, 'p')[0] ?? '',
          /^Measured \d{4}-\d\d-\d\d\S* at commit [0-9a-f]{7,}, Node v?\d+\S*, \d+ cores\.$/,
        )
    }
  })

  test('decisions are grouped by subject, and every rule has examples that trigger it and examples that do not', () => {
    const subjects = (path: string) => texts(page(path), '.side h2')
    const index = readFileSync(inRoot('docs', 'decisions', 'README.md'), 'utf8')
    assert.deepEqual(
      subjects('docs/decisions/README.html'),
      [...index.matchAll(/^\*\*(.+)\*\*$/gm)].map(([, subject]) => subject),
    )
    const rules = [...page('packages/migration-lint/docs/README.html').querySelectorAll('.side a')]
      .map((link) => link.getAttribute('href') ?? '')
      .filter((href) => /^M\d/.test(href.split('/').at(-1) ?? ''))
    assert.ok(rules.length > 20, String(rules.length))
    for (const href of rules) {
      const titles = texts(page(`packages/migration-lint/docs/${href.split('/').at(-1)}`), 'h2')
      assert.ok(
        titles.some((title) => title.startsWith('Fires')),
        href,
      )
      assert.ok(
        titles.some((title) => title.startsWith('Silent')),
        href,
      )
    }
  })
}

interface Report {
  operators: { operator: string; killed: number; survived: number }[]
}
