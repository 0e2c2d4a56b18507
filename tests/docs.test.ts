import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { test } from 'node:test'
import { inRoot } from '../db/paths.ts'
import { anchorsOf, codeLines, isHeading, isLink, page, pages, words } from './docs/markdown.ts'

const all = pages()

/** Files that documents mention but git does not contain. */
const MADE_LATER = new Map([
  ['types/CHANGELOG.md', 'written by npm run release:version'],
  ['supabase/functions/.env', 'written by a developer'],
  ['supabase/.temp', 'written by the Supabase CLI'],
  ['docs/.site', 'written by make docs'],
  ['docs/.pictures', 'written by the tests of the site'],
])

test('every link to a file of the repository leads to an existing file and heading', () => {
  const broken: string[] = []
  for (const { path, tokens } of all) {
    for (const { href } of tokens.filter(isLink)) {
      if (/^[a-z]+:/.test(href)) continue
      const [file = '', anchor] = href.split('#')
      const target = file === '' ? path : posix.join(posix.dirname(path), file)
      if (!existsSync(inRoot(target))) broken.push(`${path}: no file ${target}`)
      else if (anchor !== undefined && !anchorsOf(page(target)).has(anchor))
        broken.push(`${path}: no heading #${anchor} in ${target}`)
    }
  }
  assert.deepEqual(broken, [])
})

test('every file that a document mentions exists', () => {
  const folders = new Set(readdirSync(inRoot(), { withFileTypes: true }).flatMap(folderName))
  const ofRepository = all.filter(({ path }) => !path.startsWith('packages/'))
  const missing = ofRepository.flatMap((each) =>
    words(each)
      .map(pathIn)
      .filter((path) => folders.has(path.split('/')[0] ?? '') && path.includes('/'))
      .filter((path) => !existsSync(inRoot(path)) && !MADE_LATER.has(path))
      .map((path) => `${each.path}: ${path}`),
  )
  assert.deepEqual(missing, [])
})

test('every command that a document mentions exists', () => {
  const unknown = all.flatMap((each) =>
    codeLines(each)
      .flatMap((line) => [...targets(line).filter(isNoTarget), ...bundles(line).filter(isNoBundle)])
      .map((command) => `${each.path}: ${command}`),
  )
  assert.deepEqual(unknown, [])
})

test('the index of decisions lists each decision once, with its title', () => {
  const files = readdirSync(inRoot('docs', 'decisions')).filter((name) => /^\d{4}-/.test(name))
  const titles = files.map((file) => {
    const title = page(`docs/decisions/${file}`).tokens.find(isHeading)?.text ?? ''
    const number = Number(file.slice(0, 4))
    assert.ok(title.startsWith(`${number}. `), `${file} begins with "# ${number}. " and its title`)
    return `${title.slice(`${number}. `.length)} (${file})`
  })
  const links = page('docs/decisions/README.md')
    .tokens.filter(isLink)
    .filter(({ href }) => /^\d{4}-/.test(href))
    .map(({ text, href }) => `${text} (${href})`)
  assert.deepEqual(links.sort(), titles.sort())
})

function folderName(entry: { name: string; isDirectory(): boolean }): string[] {
  return entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules'
    ? [entry.name]
    : []
}

/** The path in a word, without surrounding punctuation, line numbers and placeholders. */
function pathIn(word: string): string {
  const path = word.replace(/^["'(`]+/, '').replace(/(?::\d+)?[.,;:)"'`]*$/, '')
  const open = path.split('/').findIndex((part) => /[*<{…=$]/.test(part))
  return open < 0 ? path : path.split('/').slice(0, open).join('/')
}

/** The targets of the make command on a line, without its options and variables. */
function targets(line: readonly string[]): string[] {
  const start = line.findIndex((word) => word === 'make' || word === '$(make')
  if (start < 0) return []
  const rest = line.slice(start + 1)
  const end = rest.findIndex((word) => !/^(?:[a-z][a-z-]*|-.*|\w+=.*)$/.test(word))
  return (end < 0 ? rest : rest.slice(0, end)).filter((word) => /^[a-z][a-z-]*$/.test(word))
}

const TARGETS = new Set(
  readFileSync(inRoot('Makefile'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('.PHONY: '))
    .flatMap((line) => line.slice('.PHONY: '.length).split(' ')),
)

function isNoTarget(name: string): boolean {
  return !TARGETS.has(name)
}

/** The bundled commands on a line. */
function bundles(line: readonly string[]): string[] {
  return line.filter((word) => word.startsWith('.build/') && word.endsWith('.mjs'))
}

/** Whether a path in .build/ is no bundle. Each file of scripts/ is bundled under its name; the Makefile lists the others. */
function isNoBundle(path: string): boolean {
  const name = path.slice('.build/'.length, -'.mjs'.length)
  return name !== 'fuzz' && !existsSync(inRoot('scripts', `${name}.ts`))
}
