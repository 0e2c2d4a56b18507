import { type ConnectionString, withDatabase } from '../../db/connection-string.ts'
import { failed } from '../../db/failure.ts'
import { withOwnerClient } from '../../db/owner-client.ts'
import { createDatabase, dropDatabase, ensureTemplate } from '../../db/throwaway.ts'
import { type FileReport, runSuite } from '../../tests/isolation/suite.ts'

/** Builds the database that mutants are clones of, and shows that the suite passes on it. */
export async function prepareTemplate(server: ConnectionString): Promise<string> {
  const template = await ensureTemplate(server)
  const unchanged = withDatabase(server, 'centrid_unchanged')
  await withOwnerClient(server, (client) => createDatabase(client, unchanged.database, template))
  const broken: FileReport[] = []
  const { passed } = await runSuite(unchanged, {
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
  return template
}
