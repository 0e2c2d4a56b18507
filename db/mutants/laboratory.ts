import { loadPgtap } from 'pgtap-runner'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { catalog } from 'rls-judge/catalog.ts'
import type { Laboratory, Suite } from 'rls-judge/mutants/judge.ts'
import { scopeOf } from 'rls-judge/mutants/scope.ts'
import type { Project } from 'rls-judge/project.ts'
import { runSuite } from 'rls-judge/suite.ts'
import { INTENT } from '../access.ts'
import { BOOTSTRAP } from '../platforms/bootstrap.ts'
import { projectOf } from '../project.ts'
import { ensureTemplate } from '../throwaway.ts'

/** What the mutants of this schema are made of. A mutated server is bootstrapped by this project. */
export const SCOPE = scopeOf(INTENT, BOOTSTRAP)

/**
 * Builds the database that mutants are clones of.
 *
 * @param server a server that is thrown away
 * @param attacks folder of the attacks, as db/project.ts takes it
 */
export async function makeLaboratory(server: ConnectionString, attacks: string): Promise<Laboratory> {
  const template = await ensureTemplate(server)
  // Loaded once, where the suite finds it: loading and dropping it costs a run of the suite a second.
  await withOwnerClient(withDatabase(server, template), (client) => loadPgtap((sql) => client.query(sql)))
  return { server, template, suite: suiteOf(await projectOf(BOOTSTRAP, attacks)) }
}

/** The isolation suite, stopped at its first failure. */
function suiteOf(project: Project): Suite {
  return {
    catalog: async (client) => {
      const { file, run } = catalog(project)
      for await (const { name, diagnosis } of run(client, {}))
        if (diagnosis !== undefined) return `${file}: ${name}`
      return undefined
    },
    whole: async (database) => {
      let by: string | undefined
      const { passed, failed } = await runSuite(database, project, {
        bail: true,
        report: ({ file, failures }) => {
          by ??= failures[0] && `${file}: ${failures[0].name}`
        },
      })
      return by ?? (failed > 0 || passed === 0 ? 'no test passed' : undefined)
    },
  }
}
