import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { withDatabase } from 'postgres-kit/connection-string.ts'
import { findHome } from 'postgres-kit/embedded/home.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase } from 'postgres-kit/throwaway.ts'
import { type AccessNotes, accessPages } from '../../src/access-page.ts'
import type { Evidence } from '../../src/evidence.ts'
import { functionsPage } from '../../src/functions-page.ts'
import { historyPage } from '../../src/history-page.ts'
import { html } from '../../src/html.ts'
import type { Model } from '../../src/model.ts'
import type { Page } from '../../src/page.ts'
import { readModel } from '../../src/read-model.ts'
import { tablePages } from '../../src/table-page.ts'
import { tablesPage } from '../../src/tables-page.ts'
import { testPages } from '../../src/tests-page.ts'
import { ROLES } from './hostile-schema.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The folder of this package's style sheet and scripts. */
export const BROWSER_FILES = here('../../browser')

/** Runs `work` with an empty database on a new server. */
export async function withServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const place = {
    folder: here('../../.embedded'),
    shared: '/var/lib/schema-site',
    installed: { major: '17' as const, project: here('../../../..') },
  }
  const { server, remove } = await startThrowawayServer(
    findHome('17', place, () => {}),
    'test',
  )
  try {
    await withOwnerClient(server, (client) => createDatabase(client, 'shown', 'template0'))
    return await withOwnerClient(withDatabase(server, 'shown'), work)
  } finally {
    await remove()
  }
}

export function modelOf(client: pg.Client): Promise<Model> {
  return readModel(client, { schema: 'public', functions: ['public'], roles: ROLES })
}

/** Every kind of page, for a schema without a project's notes. */
export async function pagesOf(model: Model, notes: Partial<AccessNotes> = {}): Promise<Page[]> {
  const evidence: Evidence = { attempts: [], files: () => [] }
  const tables = {
    ownerOf: () => undefined,
    serves: () => undefined,
    types: () => ({}),
    examples: () => [],
  }
  const step = {
    name: '1_all.sql',
    page: 'index.html',
    comment: '',
    statements: 1,
    locks: [],
    down: '',
    model,
  }
  return [
    { path: 'index.html', title: 'Overview', kind: 'page', body: () => html`<h1>Overview</h1>` },
    await tablesPage(model, tables),
    ...(await tablePages(model, tables, evidence)),
    ...accessPages(model, { promises: () => html``, roles: {}, ...notes }, evidence),
    ...testPages(model, evidence),
    await functionsPage(model, { typescript: () => undefined, more: () => html`` }),
    historyPage([step], 'public'),
  ]
}
