import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { parseHTML } from 'linkedom'
import { NO_BROWSER, withBrowser } from '../../packages/schema-site/test/support/browser.ts'
import { cloneRepository } from '../support/clone.ts'
import { gitIn } from '../support/git.ts'

const CHANGE = `-- migrate:up
-- Access that opens, closes and changes.
grant update (token_cost) on public.agent_requests to authenticated;
revoke delete on public.documents from authenticated;
alter policy documents_select_own on public.documents using (user_id = (select auth.uid()) and filename <> '');
create function public.answer() returns integer language sql return 42;
revoke all on function public.answer() from public, anon, authenticated, service_role;
grant execute on function public.answer() to authenticated;

-- migrate:down
-- irreversible: of a test
`

test('make docs BASE=commit marks opened, closed and changed access in the matrix', async (t) => {
  const { folder, make } = cloneRepository(t)
  const git = gitIn(folder)
  git('init', '--quiet')
  git('commit', '--quiet', '--allow-empty', '--message=empty')
  git('add', 'migrations', 'db')
  git('commit', '--quiet', '--message=before')
  writeFileSync(join(folder, 'migrations', '20991231000000_change_access.sql'), CHANGE)

  const unknown = make('docs', 'BASE=nowhere')
  assert.match(unknown.output, /^error: BASE is "nowhere", which git does not know/m)
  assert.match(unknown.output, /Error 2$/m)
  const empty = make('docs', 'BASE=HEAD~1')
  assert.match(empty.output, /^error: BASE is "HEAD~1", which has no migrations: give a later commit$/m)
  assert.match(empty.output, /Error 2$/m)
  const built = make('docs', 'BASE=HEAD')
  assert.equal(built.code, 0, built.output)

  const path = join(folder, 'docs', '.site', 'access.html')
  const { document } = parseHTML(readFileSync(path, 'utf8'))
  const tagged = [...document.querySelectorAll('td')].filter((cell) => cell.querySelector('.turn'))
  assert.deepEqual(
    tagged.map((cell) => [
      cell.querySelector('a')?.getAttribute('aria-label')?.split(':')[0] ?? cell.getAttribute('data-role'),
      cell.className,
      cell.querySelector('.turn')?.textContent,
    ]),
    [
      ['authenticated, update agent_requests', 'some opened', '▲ opened'],
      ['authenticated, select documents', 'some changed', '◆ changed'],
      ['authenticated, delete documents', 'none', '▽ closed'],
      ['authenticated', 'some opened', '▲ opened'],
    ],
  )
  if (NO_BROWSER) return
  await withBrowser(async (browser) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ colorScheme })
      await page.goto(pathToFileURL(path).href)
      const colours = await page.evaluate<string[]>(BORDERS)
      assert.equal(colours.length, 3)
      for (const colour of colours) {
        const [red = 0, green = 0, blue = 0] = colour.match(/\d+/g)?.map(Number) ?? []
        assert.ok(red > green + 60 && red > blue + 60, `${colour} is red, ${colorScheme}`)
      }
      await page.close()
    }
  })
})

const BORDERS =
  "[...document.querySelectorAll('td.opened, td.changed')].map((cell) => getComputedStyle(cell).borderLeftColor)"
