import { type Intent, rowsOf } from 'rls-judge/intent.ts'
import type { Output } from 'type-contract/files.ts'
import type { ContractSettings } from 'type-contract/settings.ts'
import { INTENT } from './access.ts'
import { inRoot } from './paths.ts'

/** The published package, @centrid/db-types. */
export const TYPES_OUTPUT: Output = { folder: inRoot('types'), name: 'types' }

/** Settings of the types package for Centrid's database. */
export const TYPES_SETTINGS: ContractSettings = {
  schema: 'public',
  roles: ['anon', 'authenticated', 'service_role'],
  user: 'authenticated',
  callerDefaults: ['auth.uid()'],
  owners: accountColumns(INTENT),
  reserved: ['As', 'AsUser', 'DBAs', 'Role', 'UserDB'],
  names: {},
  command: 'make types',
  support: inRoot('packages', 'type-contract', 'support'),
}

/** The owner column of each table whose rows belong to one account, without a rule or hidden rows. */
function accountColumns(intent: Intent): Record<string, string> {
  return Object.fromEntries(
    Object.entries(intent.tables).flatMap(([name, table]) => {
      const rows = rowsOf(intent, table)
      return typeof rows === 'object' && !rows.rule && !rows.hidden ? [[name, rows.owner]] : []
    }),
  )
}
