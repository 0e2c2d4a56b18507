import { spawnSync } from 'node:child_process'
import { html } from 'schema-site/html.ts'
import type { Frame, Page, Section } from 'schema-site/page.ts'
import { writeSite } from 'schema-site/site.ts'
import { inRoot } from '../paths.ts'
import { DECISIONS_INDEX, documentPages } from './documents.ts'
import { sourcePages } from './sources.ts'

/** Where the site is written. */
export const SITE = inRoot('docs', '.site')

/** Makes the site of this repository, and answers the number of its pages. */
export async function buildDocs(folder = SITE): Promise<number> {
  const sources = sourcePages()
  const documents = documentPages(sources)
  const sections: Section[] = [
    { title: 'Documents', path: 'README.html', pages: documents.docs },
    { title: 'Decisions', path: DECISIONS_INDEX, pages: documents.decisions },
  ]
  const frame: Frame = { name: 'Centrid database', made: madeFrom(), sections }
  const pages = [homePage(sections), ...documents.pages, ...sources.pages()]
  await writeSite({ frame, pages }, folder, inRoot('packages', 'schema-site', 'browser'))
  return pages.length
}

function homePage(sections: readonly Section[]): Page {
  return {
    path: 'index.html',
    title: 'Overview',
    kind: 'page',
    body: (to) => html`<h1>Centrid’s database</h1>
<ul class="cards">${sections.map(({ title, path }) => html`<li><a href="${to(path)}"><strong>${title}</strong></a></li>`)}</ul>`,
  }
}

/** Which state of the repository the site shows. */
function madeFrom(): string {
  const { stdout, status } = spawnSync('git', ['log', '-1', '--format=%h of %cs'], {
    cwd: inRoot(),
    encoding: 'utf8',
  })
  return `Made by “make docs” from ${status === 0 ? `commit ${stdout.trim()} and the files as they were` : 'the files as they were'}.`
}
