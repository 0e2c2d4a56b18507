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
import { LONG, sampled } from '../support/long.ts'
import { brokenLinks, htmlFiles } from './links.ts'

const folder = mkdtempSync(join(tmpdir(), 'centrid-site-'))
const below = 'below/a path'
const site = join(folder, below)
/** Looked at by a person; git ignores it. */
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
  if (!NO_BROWSER) browser = await launchBrowser()
  await buildDocs(undefined, site)
  served = await serveSite(folder, 0)
  root = `http://127.0.0.1:${served.port}/${encodeURI(below)}/`
})
after(async () => {
  await browser?.close()
  await served?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('every link of the site leads to a page and to a place on it', () => {
  assert.deepEqual(brokenLinks(site), [])
  assert.ok(htmlFiles(site).length > 100)
})

test('every page loads without an error, below a path, and without requests to other hosts', {
  skip: NO_BROWSER,
}, async () => {
  // Of pages of one kind, make test loads a few.
  const many = /^(?:files|docs\/decisions|packages\/migration-lint)\//
  const paths = htmlFiles(site).filter((path, index) => LONG || !many.test(path) || index % 20 === 0)
  const page = await browser.newPage()
  const faults = watchPage(page, new URL(root).origin)
  for (const path of paths) await page.goto(root + path)
  assert.deepEqual(faults, [])
  await page.close()
})

test('axe finds nothing, light and dark', { skip: NO_BROWSER }, async () => {
  mkdirSync(pictures, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme, bypassCSP: true, reducedMotion: 'reduce' })
    const page = await context.newPage()
    for (const path of LOOKED_AT) {
      await page.goto(root + path)
      await page.screenshot({ path: join(pictures, `${path.replaceAll('/', '_')}-${colorScheme}.png`) })
      await page.evaluate(axe)
      const { violations } = await page.evaluate<Violations>(
        "axe.run(document, { resultTypes: ['violations'] })",
      )
      const lines = violations.flatMap(({ id, nodes }) =>
        nodes.slice(0, 3).map(({ html }) => `${id}: ${html}`),
      )
      assert.deepEqual(lines, [], `${path}, ${colorScheme}`)
    }
    await context.close()
  }
})

interface Violations {
  violations: { id: string; nodes: { html: string }[] }[]
}

test('no page is wider than a telephone, and each prints', { skip: NO_BROWSER }, async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 760 } })
  for (const path of LOOKED_AT) {
    await page.goto(root + path)
    await page.screenshot({ path: join(pictures, `${path.replaceAll('/', '_')}-narrow.png`) })
    assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 360, path)
  }
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.locator('.top nav').isVisible(), false, 'paper has no navigation')
  await page.close()
})

test('the diagram shows every table with its keys, and leads to it', { skip: NO_BROWSER }, async () => {
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
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.locator('svg.diagram').getByRole('link', { name: 'documents', exact: true }).press('Enter')
    await page.waitForURL(`${root}tables/documents.html`)
  })
})

test('a path leads from the matrix to a policy to its tests', { skip: NO_BROWSER }, async () => {
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

test('as one role, the others are left out', { skip: NO_BROWSER }, async () => {
  await withPage('access.html', async (page) => {
    await page.getByLabel('Show').selectOption('anon')
    assert.equal(await page.locator('[data-role=service_role]:visible').count(), 0)
    assert.ok((await page.locator('td[data-role=anon]:visible').count()) > 30)
    assert.equal(await page.locator('td[data-role=anon] .sign:not(.none)').count(), 0, 'anon may do nothing')
    await page.reload()
    assert.equal(
      await page.locator('[data-role=service_role]:visible').count(),
      0,
      'the address keeps the choice',
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
      ['statistics planner sample', 'docs/decisions/0042-no-statistics-of-content.html'],
      ['M000', 'packages/migration-lint/docs/M000.html'],
    ] as const) {
      await page.goto(`${root}index.html`)
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
