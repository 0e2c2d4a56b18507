import { loadPgtap } from 'pgtap-runner'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { Laboratory } from 'rls-judge/mutants/judge.ts'
import { scopeOf } from 'rls-judge/mutants/scope.ts'
import { suiteOf } from 'rls-judge/mutants/suite.ts'
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
