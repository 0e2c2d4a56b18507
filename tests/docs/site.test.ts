import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type Served, serveSite } from 'schema-site/serve.ts'
import { INTENT } from '../../db/access.ts'
import { buildDocs } from '../../db/docs/build.ts'
import { inRoot } from '../../db/paths.ts'
import { launchBrowser, NO_BROWSER, watchPage } from '../../packages/schema-site/test/support/browser.ts'
import { useTestDatabase } from '../support/database.ts'
import { LONG, sampled } from '../support/long.ts'
import { brokenLinks, foreignAddresses, htmlFiles } from './links.ts'
import { testAccess } from './site/access.ts'
import { pageReader } from './site/pages.ts'
import { testReports } from './site/reports.ts'
import { testTables } from './site/tables.ts'

const folder = mkdtempSync(join(tmpdir(), 'centrid-site-'))
const below = 'below/a path'
const site = join(folder, below)
/** Screenshots for a person to check; git ignores this folder. */
const pictures = inRoot('docs', '.pictures')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** One page of each kind. */
const MAIN = [
  'index.html',
  'tables.html',
  'tables/documents.html',
  'access.html',
  'access/documents.html',
  'tests/usage_events.html',
  'functions.html',
  'history.html',
  'figures.html',
  'docs/isolation.html',
  'docs/decisions/README.html',
  'packages/migration-lint/docs/README.html',
  'files/db/access.ts.html',
]

const LOOKED_AT = sampled(MAIN)

let served: Served
let root = ''
let browser: Browser
before(async () => {
  const launched = NO_BROWSER ? undefined : launchBrowser()
  await buildDocs(undefined, site)
  if (launched) browser = await launched
  served = await serveSite(folder, 0)
  root = `http://127.0.0.1:${served.port}/${encodeURI(below)}/`
})
after(async () => {
  await browser?.close()
  await served?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('every link of the site leads to an existing page and anchor', () => {
  assert.deepEqual(brokenLinks(site), [])
  assert.ok(htmlFiles(site).length > 100)
})

test('no page loads a script, a style sheet or a picture from another host', () => {
  assert.deepEqual(foreignAddresses(site), [])
})

const page = pageReader((path) => readFileSync(join(site, path), 'utf8'))
const database = useTestDatabase()
testTables(page, database)
testAccess(page, database)
testReports(page)

test('every page loads without an error, below a path, and without requests to other hosts', {
  skip: NO_BROWSER,
}, async () => {
  // Of pages with the same template, make test loads a few.
  const many = /^(?:files|docs|packages|tables|access|tests)\//
  const paths = htmlFiles(site).filter((path, index) => LONG || !many.test(path) || index % 20 === 0)
  const page = await browser.newPage()
  const faults = watchPage(page, new URL(root).origin)
  for (const path of paths.filter((path) => !LOOKED_AT.includes(path))) await page.goto(root + path)
  assert.deepEqual(faults, [])
  await page.close()
})

// Each page is loaded once for all checks of its appearance.
test('axe finds no violation in light and dark mode; no page is too wide for a telephone; each can be printed', {
  skip: NO_BROWSER,
}, async () => {
  mkdirSync(pictures, { recursive: true })
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const faults = watchPage(page, new URL(root).origin)
  for (const path of LOOKED_AT) {
    const picture = (name: string) =>
      page.screenshot({ path: join(pictures, `${path.replaceAll('/', '_')}-${name}.png`) })
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 720 })
    await page.goto(root + path)
    await picture('light')
    await page.evaluate(axe)
    assert.deepEqual(await violations(page, "resultTypes: ['violations']"), [], path)
    await page.emulateMedia({ colorScheme: 'dark' })
    await picture('dark')
    // Everything except colours is the same as in light mode.
    assert.deepEqual(await violations(page, `runOnly: ${JSON.stringify(OF_COLOURS)}`), [], `${path}, dark`)
    await page.setViewportSize({ width: 360, height: 760 })
    await picture('narrow')
    assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 360, path)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await page.setViewportSize(PAPER)
    assert.equal(await page.locator('.top nav').isVisible(), false, 'a printed page has no navigation')
    assert.ok(Number(await page.evaluate(DARKEST_GROUND)) > 200, `${path}: a printed page is white`)
  }
  assert.deepEqual(faults, [])
  await context.close()
})

/** The rules of axe that read colours. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block']

/** A4 at 96 dots per inch. */
const PAPER = { width: 794, height: 1123 }

const DARKEST_GROUND =
  'Math.min(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number))'

async function violations(page: Page, options: string): Promise<string[]> {
  const found = await page.evaluate<Violations>(`axe.run(document, { ${options} })`)
  return found.violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html}`))
}

interface Violations {
  violations: { id: string; nodes: { html: string }[] }[]
}

test('everything that a pointer can use can be used by keyboard', { skip: NO_BROWSER }, async () => {
  await withPage('access/documents.html', async (page) => {
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.className'), 'skip')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate('document.activeElement.id'), 'content')
  })
  for (const path of ['tables.html', 'access/usage_events.html'])
    await withPage(path, async (page) => {
      const operated = await page.evaluate<string[]>(OPERATED)
      assert.ok(operated.length > 25, operated.join('\n'))
      const reached = new Set<string>()
      for (const _ of operated) {
        await page.keyboard.press('Tab')
        reached.add(await page.evaluate<string>('document.activeElement.dataset.stop'))
      }
      assert.deepEqual(
        operated.filter((name) => !reached.has(name)),
        [],
        path,
      )
    })
})

/** Marks each element that a pointer can press or scroll with a name. */
const OPERATED = `[...document.querySelectorAll('a[href], button, input, select, summary, .scroll, .picture')]
  .filter((each) => each.checkVisibility())
  .map((each, at) => (each.dataset.stop = at + ' ' + each.outerHTML.slice(0, 60)))`

test('the diagram shows every table with its keys, and links to its page', { skip: NO_BROWSER }, async () => {
  await withPage('tables.html', async (page) => {
    const boxes = await page.locator('svg.diagram a .title').allTextContents()
    assert.deepEqual(boxes.sort(), Object.keys(INTENT.tables).sort())
    const chunks = page.locator('svg.diagram g.box', {
      has: page.locator('.title', { hasText: 'document_chunks' }),
    })
    assert.deepEqual(await chunks.locator('.marks').allTextContents(), [
      'PK',
      'PK FK',
      'FK',
      '',
      '',
      '',
      '',
      '',
    ])
    assert.equal(await chunks.locator('.owner').textContent(), 'user_id ◆')
    const keys = await page.locator('svg.diagram path.key title').allTextContents()
    assert.ok(keys.includes('document_chunks_user_id_document_id_fkey on document_chunks'), keys.join())
    await page.getByRole('button', { name: 'Zoom in' }).click()
    const [, , width = 0] =
      (await page.locator('svg.diagram').getAttribute('viewBox'))?.split(' ').map(Number) ?? []
    assert.ok(width < Number(await page.locator('svg.diagram').getAttribute('data-width')))
    const left = async () =>
      Number((await page.locator('svg.diagram').getAttribute('viewBox'))?.split(' ')[0])
    const before = await left()
    await page.locator('.picture').press('ArrowRight')
    assert.ok((await left()) > before, 'arrow keys move it')
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.locator('svg.diagram').getByRole('link', { name: 'documents', exact: true }).press('Enter')
    await page.waitForURL(`${root}tables/documents.html`)
  })
})

test('links lead from the matrix to a policy and to its tests', { skip: NO_BROWSER }, async () => {
  await withPage('access.html', async (page) => {
    await page.getByRole('link', { name: 'authenticated, update documents: rows by policy' }).click()
    await page.waitForURL(`${root}access/documents.html#authenticated-update`)
    await page.locator('#authenticated-update').getByRole('link', { name: 'documents_update_own' }).click()
    await page.waitForURL(`${root}tables/documents.html#policy-documents_update_own`)
    await page
      .locator('#policy-documents_update_own')
      .getByRole('link', { name: /statements of authenticated/ })
      .click()
    await page.waitForURL(`${root}tests/documents.html#authenticated-update`)
    const name = 'update documents.filename, the row of ada'
    const row = page
      .locator('#authenticated-update tr')
      .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
    assert.match((await row.textContent()) ?? '', /1 row ada.*no row bob/)
    await page.getByRole('link', { name: 'tests/rls/documents.sql' }).first().click()
    await page.waitForURL(`${root}files/tests/rls/documents.sql.html`)
  })
})

test('the history says what each migration locks', { skip: NO_BROWSER }, async () => {
  await withPage('history.html', async (page) => {
    const validates = page.locator('section', {
      has: page.getByRole('link', { name: '20261127090100_validate_documents_storage_path_own.sql' }),
    })
    await validates.getByText('Locks: 1 object').click()
    assert.equal(
      await validates.locator('details[open] li').textContent(),
      'public.documents, SHARE UPDATE EXCLUSIVE: nobody waits, every row is read of public.documents',
    )
  })
})

test('one role can be selected, which hides the others', { skip: NO_BROWSER }, async () => {
  await withPage('access.html', async (page) => {
    await page.getByLabel('Show').selectOption('anon')
    assert.equal(await page.locator('[data-role=service_role]:visible').count(), 0)
    assert.ok((await page.locator('td[data-role=anon]:visible').count()) > 30)
    assert.equal(await page.locator('td[data-role=anon] .sign:not(.none)').count(), 0, 'anon may do nothing')
    await page.reload()
    assert.equal(
      await page.locator('[data-role=service_role]:visible').count(),
      0,
      'the address contains the selection',
    )
  })
})

test('search finds a table, a column, a function, a decision and a rule, by keyboard', {
  skip: NO_BROWSER,
}, async () => {
  await withPage('index.html', async (page) => {
    for (const [text, path] of [
      ['document_chunks', 'tables/document_chunks.html'],
      ['processing_status', 'tables/documents.html#column-processing_status'],
      ['search_chunks', 'functions.html#public.2e.search_chunks.28.text.2c.integer.29.'],
      ['tap-parser verdict', 'docs/decisions/0032-tap-is-judged-by-perls-rules.html'],
      ['M000', 'packages/migration-lint/docs/M000.html'],
    ] as const) {
      await page.keyboard.press('/')
      await page.keyboard.type(text)
      await page.locator('#results a').first().waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.waitForURL(root + path)
    }
  })
})

async function withPage(path: string, work: (page: Page) => Promise<void>): Promise<void> {
  const page = await browser.newPage()
  const faults = watchPage(page, new URL(root).origin)
  await page.goto(root + path)
  await work(page)
  assert.deepEqual(faults, [])
  await page.close()
}
