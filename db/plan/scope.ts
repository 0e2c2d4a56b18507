import { API_ROLES } from 'rls-judge/intent.ts'
import type { Scope } from 'schema-change/catalog/object.ts'

/** The scope of a plan: everything except the ledger, for every role of the API. */
export const PLAN_SCOPE: Scope = { foreignSchemas: ['dbmate'], roles: API_ROLES }
