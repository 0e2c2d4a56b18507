import { existsSync } from 'node:fs'
import type pg from 'pg'
import { listCells } from 'rls-judge/list-cells.ts'
import type { Evidence } from 'schema-site/evidence.ts'
import { INTENT } from '../access.ts'
import { inRoot } from '../paths.ts'
import { findPlatform } from '../platforms/find.ts'
import type { Sources } from './sources.ts'

/** The attempts of `make test-rls` on the tables: the cells of rls-judge's matrix, and the pgTAP files. */
export async function readEvidence(client: pg.Client, sources: Sources): Promise<Evidence> {
  const attempts = await listCells(client, { intent: INTENT, platform: await findPlatform(client) })
  return {
    attempts,
    files: (table) =>
      ['tests/rls', 'tests/schema']
        .map((folder) => `${folder}/${table}.sql`)
        .filter((path) => existsSync(inRoot(path)))
        .map((path) => ({ path, page: sources.show(path) })),
  }
}
