import { loadPgtap } from 'pgtap-runner'
import { type ConnectionString, withDatabase, withLogin } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { Laboratory } from 'rls-judge/mutants/judge.ts'
import { scopeOf } from 'rls-judge/mutants/scope.ts'
import { suiteOf } from 'rls-judge/mutants/suite.ts'
import { INTENT } from '../access.ts'
import { bootstrap, type Profile } from '../bootstrap.ts'
import { BOOTSTRAP } from '../platforms/bootstrap.ts'
import { SUPABASE } from '../platforms/supabase.ts'
import { projectOf } from '../project.ts'
import { ensureTemplate } from '../throwaway.ts'

/** The scope of this schema's mutants. Both platforms identify the caller in the same way. */
export const SCOPE = scopeOf(INTENT, BOOTSTRAP)

/**
 * Builds the database from which mutants are cloned. On a server that imitates Supabase, the clones belong to postgres, which
 * runs the suite, and the superuser applies the mutants.
 *
 * @param server a throw-away server, with the login postgres
 * @param attacks folder of the attacks, as in db/project.ts
 */
export async function makeLaboratory(
  server: ConnectionString,
  attacks: string,
  profile: Profile = 'bootstrap',
): Promise<Laboratory> {
  const shaped = profile === 'supabase'
  if (shaped) await withOwnerClient(server, (client) => bootstrap(client, profile))
  const template = await ensureTemplate(server, profile)
  // Loaded once into the template: loading and dropping it would add a second to each run of the suite.
  await withOwnerClient(withDatabase(server, template), (client) => loadPgtap((sql) => client.query(sql)))
  const suite = suiteOf(await projectOf(shaped ? SUPABASE : BOOTSTRAP, attacks))
  if (!shaped) return { server, template, suite }
  const password = decodeURIComponent(server.url.password)
  return {
    server: withLogin(server, 'supabase_admin', password),
    template,
    owner: 'postgres',
    suite: {
      catalog: async (client) => {
        await client.query('set local role postgres')
        return suite.catalog(client)
      },
      whole: (database) => suite.whole(withLogin(database, 'postgres', password)),
    },
  }
}
