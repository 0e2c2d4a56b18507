import { spawnSync } from 'node:child_process'
import { ACCESS_PAGE, accessPages } from 'schema-site/access-page.ts'
import { FIGURES_PAGE, figuresPage } from 'schema-site/figures-page.ts'
import { FUNCTIONS_PAGE, functionsPage } from 'schema-site/functions-page.ts'
import { HISTORY_PAGE, historyPage } from 'schema-site/history-page.ts'
import { html } from 'schema-site/html.ts'
import type { Frame, Page, Section } from 'schema-site/page.ts'
import { type Site, writeSite } from 'schema-site/site.ts'
import { accessPage, tablePages } from 'schema-site/table-page.ts'
import { TABLES_PAGE, tablesPage } from 'schema-site/tables-page.ts'
import { testPages } from 'schema-site/tests-page.ts'
import { inRoot } from '../paths.ts'
import { TYPES_SETTINGS } from '../types-settings.ts'
import { accessNotes } from './access.ts'
import { DECISIONS_INDEX, documentPages, RULES_INDEX } from './documents.ts'
import { readEvidence } from './evidence.ts'
import { figureGroups } from './figures.ts'
import { functionNotes } from './functions.ts'
import { historySteps } from './history.ts'
import { tableNotes } from './notes.ts'
import { accessSince } from './since.ts'
import { sourcePages } from './sources.ts'
import { FILES, readStates } from './states.ts'

/** Where the site is written. */
export const SITE = inRoot('docs', '.site')

/**
 * Builds the site of this repository, and returns the number of its pages.
 *
 * @param base a commit: the matrix highlights access that was added since
 */
export async function buildDocs(base?: string, folder = SITE): Promise<number> {
  const site = await siteOf(base)
  await writeSite(site, folder, inRoot('packages', 'schema-site', 'browser'))
  return site.pages.length
}

async function siteOf(base: string | undefined): Promise<Site> {
  const sources = sourcePages()
  const { states, evidence } = await readStates(FILES, async (client, states) => ({
    states,
    evidence: await readEvidence(client, sources),
  }))
  const model = states.at(-1)?.model
  if (!model) throw new Error('migrations/ is empty: there is nothing to show')
  const notes = await tableNotes(model)
  const tables = await tablePages(model, notes, evidence)
  const access = accessPages(
    model,
    accessNotes(base === undefined ? undefined : await accessSince(base, model), sources),
    evidence,
  )
  const documents = documentPages(sources)
  const tests = testPages(model, evidence)
  const sections: Section[] = [
    {
      title: 'Tables',
      path: TABLES_PAGE,
      pages: [{ title: 'Tables', pages: [{ path: TABLES_PAGE, title: 'Diagram' }, ...tables] }],
    },
    {
      title: 'Access',
      path: ACCESS_PAGE,
      pages: [
        {
          title: 'By table',
          pages: [
            { path: ACCESS_PAGE, title: 'Matrix' },
            ...named(model.tables.map(({ name }) => [accessPage(name), name])),
          ],
        },
        { title: 'Tests', pages: tests },
      ],
    },
    { title: 'Functions', path: FUNCTIONS_PAGE },
    { title: 'History', path: HISTORY_PAGE },
    { title: 'Figures', path: FIGURES_PAGE },
    { title: 'Documents', path: 'README.html', pages: documents.docs },
    { title: 'Decisions', path: DECISIONS_INDEX, pages: documents.decisions },
    { title: 'Rules', path: RULES_INDEX, pages: documents.rules },
  ]
  const pages = [
    homePage(sections),
    await tablesPage(model, notes),
    ...tables,
    ...access,
    ...tests,
    await functionsPage(model, functionNotes(model)),
    historyPage(await historySteps(states, sources), TYPES_SETTINGS.schema),
    figuresPage(figureGroups(evidence)),
    ...documents.pages,
  ]
  const frame: Frame = { name: 'Centrid database', made: madeFrom(), sections }
  return { frame, pages: [...pages, ...sources.pages()] }
}

function named(entries: readonly (readonly [path: string, title: string])[]) {
  return entries.map(([path, title]) => ({ path, title }))
}

const ABOUT: Readonly<Record<string, string>> = {
  Tables: 'A diagram, and a page for each table: columns, keys, indexes, policies.',
  Access: 'Who may do what, by role, table, command and column, with the reason and the tests of each cell.',
  Functions: 'The signature of each function, who may call it, and whose rights it has.',
  History: 'What each migration changed: schema, access, types and locks.',
  Figures: 'Benchmarks, mutation score, and coverage of the access matrix.',
  Documents: 'How to work with this repository and its packages.',
  Decisions: 'The reason for each design decision, by subject.',
  Rules: 'The rules of make lint for migrations, with examples.',
}

function homePage(sections: readonly Section[]): Page {
  return {
    path: 'index.html',
    title: 'Overview',
    kind: 'page',
    body: (to) => html`<h1>Centrid’s database</h1>
<p class="lead">The schema, who may use it, and how it is tested. Generated from the migrated database, the intent and the documents.</p>
<ul class="cards">${sections.map(({ title, path }) => html`<li><a href="${to(path)}"><strong>${title}</strong>${ABOUT[title] ?? ''}</a></li>`)}</ul>
<p>New here? Start with <a href="${to('README.html')}">the README</a> and <a href="${to('docs/architecture.html')}">Architecture</a>. Security reviewers start with <a href="${to(ACCESS_PAGE)}">Access</a> and <a href="${to('docs/isolation.html')}">Isolation</a>.</p>`,
  }
}

/** The state of the repository that the site shows. */
function madeFrom(): string {
  const { stdout, status } = spawnSync('git', ['log', '-1', '--format=%h of %cs'], {
    cwd: inRoot(),
    encoding: 'utf8',
  })
  return `Made by “make docs” from ${status === 0 ? `commit ${stdout.trim()} and the files as they were` : 'the files as they were'}.`
}
