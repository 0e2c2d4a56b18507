import { say } from 'command-line/terminal.ts'
import type pg from 'pg'
import { failed } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { hasAuth } from './bootstrap.ts'
import { embeddedHome } from './embedded.ts'
import { migrationState, refuseProblems } from './migrations/state.ts'
import { inRoot } from './paths.ts'
import { prepareEmbeddedDatabase } from './prepare-embedded.ts'
import { readSettings } from './settings.ts'
import { findTarget } from './target.ts'

/** The examinations of `make doctor`, in the order of their dependencies. Each returns its finding or throws. */
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
    if (readSettings().appDatabaseUrl === undefined) return 'app login: APP_DATABASE_URL is unset'
    const { app } = await findTarget(say)
    return `app login: ${app.name}, ${await withOwnerClient(app, describeLogin)}`
  },
  async () => {
    const { owner } = await findTarget(say)
    const state = await migrationState(owner)
    refuseProblems(state, owner.name, false)
    const { applied, pending } = state
    return `migrations: ${applied.length} applied, ${pending.length} pending`
  },
]

/** @throws Failure (1) if the API's login bypasses the policies, or lacks a role of the API */
async function describeLogin(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ powerful: boolean; roles: string[] }>(
    `select rolsuper or rolbypassrls as powerful, array(
       select rolname::text from pg_roles
       where rolname in ('anon', 'authenticated', 'service_role') and pg_has_role(session_user, oid, 'member') order by 1
     ) as roles
     from pg_roles where rolname = session_user`,
  )
  const { powerful = true, roles = [] } = rows[0] ?? {}
  if (powerful)
    throw failed(
      'the login of APP_DATABASE_URL bypasses row level security: use authenticator, or a login like it',
    )
  if (roles.length < 3)
    throw failed(
      `the login of APP_DATABASE_URL may become ${roles.join(', ') || 'no role of the API'}: grant it anon, authenticated and service_role`,
    )
  return `becomes ${roles.join(', ')}`
}
