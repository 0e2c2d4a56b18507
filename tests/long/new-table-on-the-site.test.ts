import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cloneRepository } from '../support/clone.ts'
import { gitIn } from '../support/git.ts'

test('a new table and its columns appear on every page of the site without edits of the site', (t) => {
  const { folder, make } = cloneRepository(t)
  const git = gitIn(folder)
  git('init', '--quiet')
  git('add', 'migrations', 'db')
  git('commit', '--quiet', '--message=before')
  const made = make('new', 'name=badges')
  assert.equal(made.code, 0, made.output)
  const migration = /created migrations\/(\S+)/.exec(made.output)?.[1] ?? ''
  const path = join(folder, 'migrations', migration)
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(
      '\n-- migrate:down\n',
      "\nalter table public.badges add column colour text default 'red';\n\n-- migrate:down\n",
    ),
  )
  // The intent also lists the columns. This edit belongs to the schema change, not to the site.
  const access = join(folder, 'db', 'access.ts')
  writeFileSync(
    access,
    readFileSync(access, 'utf8').replace(/(badges: table\(\{\s*columns: \[[^\]]*)\]/, "$1, 'colour']"),
  )

  const built = make('docs', 'BASE=HEAD')
  assert.equal(built.code, 0, built.output)
  const page = (name: string) => readFileSync(join(folder, 'docs', '.site', name), 'utf8')
  assert.match(page('tables.html'), /<text class="title"[^>]*>badges<\/text>/)
  assert.match(page('tables/badges.html'), /id="column-colour"[\s\S]*&#39;red&#39;::text/)
  assert.match(page('access/badges.html'), /id="authenticated-select"/)
  assert.match(page('tests/badges.html'), /select badges\.colour, the row of ada/)
  assert.match(
    page('history.html'),
    new RegExp(`id="${migration.replaceAll('.', '\\.2e\\.')}"[\\s\\S]*column badges\\.colour`),
  )
  assert.match(page('search-index.js'), /"title":"colour","kind":"column","on":"badges"/)
  assert.match(
    page('access.html'),
    /Since HEAD[\s\S]*▲ opened<\/strong> authenticated: select badges\.colour/,
  )
  assert.match(page('access.html'), /class="some opened" data-role="authenticated"/)
})
