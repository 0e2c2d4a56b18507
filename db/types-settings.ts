import type { Output } from 'type-contract/files.ts'
import type { ContractSettings } from 'type-contract/settings.ts'
import { inRoot } from './paths.ts'

/** The published package, @centrid/db-types. */
export const TYPES_OUTPUT: Output = { folder: inRoot('types'), name: 'types' }

/** What the types package says of Centrid's database. */
export const TYPES_SETTINGS: ContractSettings = {
  schema: 'public',
  roles: ['anon', 'authenticated', 'service_role'],
  user: 'authenticated',
  callerDefaults: ['auth.uid()'],
  reserved: ['As', 'AsUser', 'DBAs', 'Role', 'UserDB'],
  names: {},
  command: 'make types',
  support: inRoot('packages', 'type-contract', 'support'),
}
