import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { slug } from '../src/address.ts'
import type { Model } from '../src/model.ts'
import { writeSite } from '../src/site.ts'
import { NO_BROWSER, watchPage, withBrowser } from './support/browser.ts'
import { HOSTILE_SCHEMA, IMAGE, LONG, QUOTES, REVERSED, SCRIPT } from './support/hostile-schema.ts'
import { BROWSER_FILES, modelOf, pagesOf, withServer } from './support/site.ts'

const folder = mkdtempSync(join(tmpdir(), 'schema-site-'))
const site = join(folder, 'below a', 'sub path')
let model: Model
let paths: string[] = []

before(async () => {
  model = await withServer(async (client) => {
    await client.query(HOSTILE_SCHEMA)
    return modelOf(client)
  })
  const pages = await pagesOf(model)
  paths = pages.map(({ path }) => path)
  await writeSite({ frame: { name: SCRIPT, made: IMAGE, sections: [] }, pages }, site, BROWSER_FILES)
})
after(() => rmSync(folder, { recursive: true, force: true }))

test('tables whose names differ in case or look like a page have pages of their own', () => {
  const names = model.tables.map(({ name }) => name)
  assert.deepEqual([...names].sort(), ['INDEX', SCRIPT, 'index'].sort())
  assert.equal(new Set(paths.map((path) => path.toLowerCase())).size, paths.length)
})

test('hostile names and comments are text on every page', { skip: NO_BROWSER }, async () => {
  await withBrowser(async (browser) => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } })
    const root = pathToFileURL(site).href
    const faults = watchPage(page, root)
    for (const path of paths) {
      await page.goto(`${root}/${path}`)
      assert.equal(await page.evaluate('globalThis.taken'), undefined, path)
      // A text of 10,000 characters does not make the page wider than a telephone's screen.
      const tooWide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      assert.ok(Number(tooWide) <= 0, `${path} is ${tooWide} pixels too wide`)
    }
    assert.deepEqual(faults, [])

    await page.goto(`${root}/tables/${slug(SCRIPT)}.html`)
    const text = await page.evaluate('document.body.textContent')
    for (const shown of [
      SCRIPT,
      IMAGE,
      QUOTES,
      `${IMAGE} ${LONG}`,
      'abc‹U+202E›gnp.exe',
      '‹U+202E›gnp.exe‹U+200B›',
    ])
      assert.ok(String(text).includes(shown), `shows ${shown.slice(0, 60)}`)
    assert.ok(!String(text).includes(REVERSED), 'no text reverses the direction of what follows it')
  })
})

test('search shows hostile names as text', { skip: NO_BROWSER }, async () => {
  await withBrowser(async (browser) => {
    const page = await browser.newPage()
    const root = pathToFileURL(site).href
    const faults = watchPage(page, root)
    await page.goto(`${root}/index.html`)
    await page.fill('#search', 'onerror')
    const first = page.locator('#results a').first()
    await first.waitFor()
    const names = await page.locator('#results strong').allTextContents()
    assert.ok(names.includes(IMAGE), names.join('\n'))
    assert.equal(await page.evaluate('globalThis.taken'), undefined)
    assert.deepEqual(faults, [])
  })
})
