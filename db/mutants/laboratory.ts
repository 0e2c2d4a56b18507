import type pg from 'pg'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { catalog } from 'rls-judge/catalog.ts'
import type { Laboratory, Suite } from 'rls-judge/mutants/judge.ts'
import { scopeOf } from 'rls-judge/mutants/scope.ts'
import { runSuite } from 'rls-judge/suite.ts'
import { readPgtapSql } from '../../packages/pgtap-runner/src/pgtap/source.ts'
import { INTENT } from '../access.ts'
import { ensureTemplate } from '../throwaway.ts'

/** What the mutants of this schema are made of. */
export const SCOPE = scopeOf(INTENT, { identity: 'auth.uid()' })

/** The isolation suite, stopped at its first failure. */
const SUITE: Suite = {
  catalog: async (client) => {
    for await (const { name, diagnosis } of catalog.run(client, {}))
      if (diagnosis !== undefined) return `${catalog.file}: ${name}`
    return undefined
  },
  whole: async (database) => {
    let by: string | undefined
    const { passed, failed } = await runSuite(database, {
      bail: true,
      report: ({ file, failures }) => {
        by ??= failures[0] && `${file}: ${failures[0].name}`
      },
    })
    return by ?? (failed > 0 || passed === 0 ? 'no test passed' : undefined)
  },
}

/** Builds the database that mutants are clones of, on a server that is thrown away. */
export async function makeLaboratory(server: ConnectionString): Promise<Laboratory> {
  const template = await ensureTemplate(server)
  await withOwnerClient(withDatabase(server, template), loadPgtap)
  return { server, template, suite: SUITE }
}

const PGTAP_SCHEMA = 'pgtap_runner'

/** Loads pgTAP once, where the suite finds it: loading and dropping it costs a run of the suite a second. */
async function loadPgtap(client: pg.Client): Promise<void> {
  const sql = (await readPgtapSql()).replace(/^\\.*$/gm, '')
  await client.query(`begin; create schema ${PGTAP_SCHEMA}; set local search_path = ${PGTAP_SCHEMA}`)
  await client.query(sql)
  await client.query(`
    grant usage on schema ${PGTAP_SCHEMA} to public;
    grant select on all tables in schema ${PGTAP_SCHEMA} to public;
    commit`)
}
