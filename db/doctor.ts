import { say } from 'command-line/terminal.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { hasAuth } from './bootstrap.ts'
import { embeddedHome } from './embedded.ts'
import { migrationState, refuseProblems } from './migrations/state.ts'
import { inRoot } from './paths.ts'
import { prepareEmbeddedDatabase } from './prepare-embedded.ts'
import { readSettings } from './settings.ts'
import { findTarget } from './target.ts'

/** What doctor looks at, in the order in which one thing needs the other. Each answers what it found, or throws. */
export const EXAMINATIONS: readonly (() => Promise<string>)[] = [
  async () => {
    const settings = readSettings()
    return `settings: DATABASE_URL ${settings.databaseUrl ? 'is set' : `is unset (embedded PostgreSQL ${settings.postgresMajor})`}`
  },
  async () => {
    if (readSettings().databaseUrl !== undefined) return 'embedded server: not used'
    const home = embeddedHome(say)
    const where = home.folder.startsWith(inRoot()) ? home.folder.slice(inRoot().length + 1) : home.folder
    return `embedded server: in ${where}${home.user ? ', run as the system user postgres' : ''}`
  },
  async () => {
    const target = await findTarget(say)
    await prepareEmbeddedDatabase(target)
    return withOwnerClient(target.owner, async (client) => {
      const { rows } = await client.query<{ version: string }>(
        "select current_setting('server_version') as version",
      )
      const auth = (await hasAuth(client)) ? '' : ', without auth.uid() (run "make bootstrap")'
      return `database: ${target.owner.name}, PostgreSQL ${rows[0]?.version}${auth}`
    })
  },
  async () => {
    const { owner } = await findTarget(say)
    const state = await migrationState(owner)
    refuseProblems(state, owner.name, false)
    const { applied, pending } = state
    return `migrations: ${applied.length} applied, ${pending.length} pending`
  },
]
