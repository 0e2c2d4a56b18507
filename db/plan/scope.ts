import { API_ROLES } from 'rls-judge/intent.ts'
import type { Scope } from 'schema-change/catalog/object.ts'

/** What a plan looks at: everything but the ledger, for every role of the API. */
export const PLAN_SCOPE: Scope = { foreignSchemas: ['dbmate'], roles: API_ROLES }
