import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { type Document, renderMarkdown } from 'schema-site/markdown.ts'
import { addressesFrom, type Group, type Page, type To } from 'schema-site/page.ts'
import { inRoot } from '../paths.ts'
import type { Sources } from './sources.ts'

const HOW_TO = ['README.md', 'CONTRIBUTING.md', 'types/README.md', 'packages/pgtap-runner/README.md']
const REPORTS = ['bench/report.md', 'tests/mutants/report.md']
const DECISIONS = 'docs/decisions'
const RULES = 'packages/migration-lint/docs'

export interface Documents {
  pages: Page[]
  docs: Group[]
  decisions: Group[]
  rules: Group[]
}

/** Every Markdown document as a page. A link to another file of the repository leads to the page that shows it. */
export function documentPages(sources: Sources): Documents {
  const docs = [...HOW_TO, ...markdownIn('docs'), ...REPORTS].map((path) =>
    documentPage(path, 'document', sources),
  )
  const decisions = markdownIn(DECISIONS).map((path) =>
    documentPage(path, path.endsWith('README.md') ? 'document' : 'decision', sources),
  )
  const rules = markdownIn(RULES).map((path) =>
    documentPage(path, path.endsWith('README.md') ? 'document' : 'rule', sources),
  )
  return {
    pages: [...docs, ...decisions, ...rules],
    docs: [{ title: 'Documents', pages: docs }],
    decisions: decisionsBySubject(decisions),
    rules: [{ title: 'Rules of make lint', pages: rules }],
  }
}

export const DECISIONS_INDEX = sitePath(`${DECISIONS}/README.md`)
export const RULES_INDEX = sitePath(`${RULES}/README.md`)

function markdownIn(folder: string): string[] {
  return readdirSync(inRoot(folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${folder}/${name}`)
}

/** Whether the file is rendered as a document; other files are shown as text. */
function isDocument(path: string): boolean {
  const folders = ['docs', DECISIONS, RULES]
  return (
    [...HOW_TO, ...REPORTS].includes(path) || (path.endsWith('.md') && folders.includes(posix.dirname(path)))
  )
}

/** The path of a document's page. */
function sitePath(path: string): string {
  return path.replace(/\.md$/, '.html')
}

function documentPage(path: string, kind: string, sources: Sources): Page {
  const to = addressesFrom(sitePath(path))
  const { title, body, entries, text }: Document = renderMarkdown(
    readFileSync(inRoot(path), 'utf8'),
    (href) => (href.startsWith('#') ? href : linkFrom(path, href, to, sources)),
  )
  return { path: sitePath(path), title, kind, body: () => body, entries, text }
}

/**
 * The address of a link in a document.
 *
 * @param path the document's file
 * @param to addresses as seen from the page that shows the document, or a part of it
 */
export function linkFrom(path: string, href: string, to: To, sources: Sources): string {
  if (/^[a-z]+:/.test(href)) return href
  const [file = '', anchor] = href.split('#')
  const target = file === '' ? path : posix.join(posix.dirname(path), file)
  const page = to(isDocument(target) ? sitePath(target) : sources.show(target))
  return anchor === undefined ? page : `${page}#${anchor}`
}

/** The subjects of the index: each begins with a line in bold. */
function decisionsBySubject(pages: readonly Page[]): Group[] {
  const index = readFileSync(inRoot(DECISIONS, 'README.md'), 'utf8')
  const groups: Group[] = []
  for (const line of index.split('\n')) {
    const title = /^\*\*(.+)\*\*$/.exec(line)?.[1]
    const file = /\]\((\d{4}-[^)]+\.md)\)/.exec(line)?.[1]
    if (title !== undefined) groups.push({ title, pages: [] })
    const page = file && pages.find(({ path }) => path === sitePath(`${DECISIONS}/${file}`))
    const last = groups.pop()
    if (last) groups.push(page ? { ...last, pages: [...last.pages, page] } : last)
  }
  return groups
}
