import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import { filePage } from 'schema-site/address.ts'
import { code } from 'schema-site/code.ts'
import { html } from 'schema-site/html.ts'
import type { Page } from 'schema-site/page.ts'
import { inRoot } from '../paths.ts'

/** Pages that show files of the repository, created for each file that another page links to. */
export interface Sources {
  /** Returns the page of a file or folder, and creates it if necessary. A folder's page lists its files. */
  show(path: string): string
  pages(): Page[]
}

export function sourcePages(): Sources {
  const pages = new Map<string, Page>()
  const show = (given: string) => {
    const path = given.replace(/\/$/, '')
    if (!pages.has(path)) {
      const isFolder = statSync(inRoot(path)).isDirectory()
      if (isFolder) pages.set(path, folderPage(path, show))
      else pages.set(path, sourcePage(path))
    }
    return filePage(path)
  }
  return { show, pages: () => [...pages.values()] }
}

function sourcePage(path: string): Page {
  const text = readFileSync(inRoot(path), 'utf8')
  return {
    path: filePage(path),
    title: path,
    kind: 'file',
    body: () => html`<h1>${path}</h1>${code(text, extname(path).slice(1), path)}`,
  }
}

function folderPage(path: string, show: (path: string) => string): Page {
  const files = readdirSync(inRoot(path), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()
    .map((name) => ({ name, page: show(`${path}/${name}`) }))
  return {
    path: filePage(path),
    title: `${path}/`,
    kind: 'folder',
    body: (to) => html`<h1>${path}/</h1>
<ul>${files.map(({ name, page }) => html`<li><a href="${to(page)}">${name}</a></li>`)}</ul>`,
  }
}
