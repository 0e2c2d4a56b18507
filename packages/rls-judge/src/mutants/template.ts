import type pg from 'pg'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'
import { readPgtapSql } from '../../../pgtap-runner/src/pgtap/source.ts'
import type { Project } from '../project.ts'
import { type FileReport, runSuite } from '../suite.ts'

const PGTAP_SCHEMA = 'pgtap_runner'

/** Prepares the database that mutants are clones of, and shows that the suite passes on it. */
export async function prepareTemplate(
  server: ConnectionString,
  template: string,
  project: Project,
): Promise<void> {
  await withOwnerClient(withDatabase(server, template), loadPgtap)
  const unchanged = withDatabase(server, 'centrid_unchanged')
  await withOwnerClient(server, (client) => createDatabase(client, unchanged.database, template))
  const broken: FileReport[] = []
  const { passed } = await runSuite(unchanged, project, {
    report: (file) => {
      if (file.failures.length > 0) broken.push(file)
    },
  })
  await withOwnerClient(server, (client) => dropDatabase(client, unchanged.database))
  if (broken.length > 0 || passed === 0) {
    const [first] = broken
    throw failed(
      `the isolation suite fails before anything is changed (${first?.file ?? 'no test ran'}: ${first?.failures[0]?.name ?? ''}):` +
        ' run "make test-rls" first',
    )
  }
}

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
