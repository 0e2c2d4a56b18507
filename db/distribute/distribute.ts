import { say } from 'command-line/terminal.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { environmentError } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { ownerOf, type TableAccess } from 'rls-judge/intent.ts'
import { INTENT } from '../access.ts'
import { migrationState, refuseProblems } from '../migrations/state.ts'
import { ACCOUNTS_STEP } from './accounts.ts'
import { ACT_AS_STEP } from './act-as.ts'
import { DEFAULT_PRIVILEGES, INSERT_ON_SHARDS } from './default-privileges.ts'
import { ESCAPES_STEP } from './escapes.ts'
import { FUNCTIONS_STEP } from './functions.ts'
import { grantStatements, grantsStep, shardGrantsStep } from './grants.ts'
import { loginsStep, ROLES, refuseUnreachable } from './logins.ts'
import { policiesStep } from './policies.ts'
import { refuseConnection, refuseUnsafe } from './refuse.ts'
import { readReport } from './report.ts'
import { SEARCH_PLANS_STEP } from './search-plans.ts'
import { statisticsStep } from './statistics.ts'
import { type PlannedStep, planSteps, planText, runSteps, type Step } from './step.ts'
import { tablesStep } from './tables.ts'

/** The tables of db/access.ts that belong to users, by qualified name. */
export const DISTRIBUTED: Readonly<Record<string, TableAccess>> = Object.fromEntries(
  Object.entries(INTENT.tables)
    .filter(([, table]) => ownerOf(INTENT, table) !== undefined)
    .map(([name, table]) => [`public.${name}`, table]),
)

/** The distribution column of each table. */
export const OWNERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(DISTRIBUTED).map(([name, table]) => [name, ownerOf(INTENT, table) ?? '']),
)

/** The steps, in order. */
export const STEPS: readonly Step[] = [
  DEFAULT_PRIVILEGES,
  INSERT_ON_SHARDS,
  loginsStep(ROLES),
  policiesStep(Object.keys(DISTRIBUTED)),
  ACCOUNTS_STEP,
  tablesStep(OWNERS, (table) => {
    const access = DISTRIBUTED[table]
    return access ? grantStatements(table, access) : []
  }),
  grantsStep(DISTRIBUTED),
  shardGrantsStep(DISTRIBUTED),
  FUNCTIONS_STEP,
  SEARCH_PLANS_STEP,
  statisticsStep(INTENT.sampled),
  ESCAPES_STEP,
  ACT_AS_STEP,
]

/**
 * Distributes a migrated database over the workers of a Citus coordinator, or completes the steps after a new node, a
 * rebalance or a migration. Experimental: docs/scale.md lists what is not supported.
 *
 * @param dryRun print the plan and do nothing
 * @throws Failure (2) if the database cannot be distributed safely; Failure (1) if a node refuses a statement
 */
export async function distribute(connection: ConnectionString, dryRun: boolean): Promise<void> {
  await withOwnerClient(connection, async (client) => {
    // With this search_path, names are printed with their schema.
    await client.query('set search_path = pg_catalog')
    await refuseConnection(client)
    await refuseUnmigrated(connection)
    await refuseUnsafe(client, OWNERS)
    const planned = await planSteps(client, STEPS)
    say(planText(planned))
    if (dryRun) return say('-- Nothing was done. Later steps are planned again after those before them.')
    const done = await runSteps(client, STEPS)
    await refuseUnreachable(client, ROLES, Object.keys(DISTRIBUTED)[0] ?? '')
    say(summary(done))
    for (const line of await readReport(client)) say(line)
  })
}

function summary(done: readonly PlannedStep[]): string {
  const changed = done.filter(({ statements }) => statements.length > 0)
  return changed.length === 0
    ? 'Every step was already done'
    : `Distributed: ${changed.length} of ${done.length} steps had remaining statements`
}

async function refuseUnmigrated(connection: ConnectionString): Promise<void> {
  const state = await migrationState(connection)
  refuseProblems(state, connection.name, false)
  if (state.pending.length > 0)
    throw environmentError(
      `${connection.name} lacks ${state.pending.length} migrations: run "make migrate" first. Nothing was done`,
    )
}
