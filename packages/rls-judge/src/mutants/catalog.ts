import type pg from 'pg'
import { ADDITION_OPERATORS } from './additions.ts'
import { FUNCTION_OPERATORS } from './functions.ts'
import { GRANT_OPERATORS } from './grants.ts'
import type { Mutant, Operator } from './operator.ts'
import { POLICY_OPERATORS } from './policies.ts'
import { ROLE_OPERATORS } from './roles.ts'
import type { Scope } from './scope.ts'
import { TABLE_OPERATORS } from './tables.ts'

/** Every operator, in the order of the report. */
export const OPERATORS: readonly Operator[] = [
  ...POLICY_OPERATORS,
  ...GRANT_OPERATORS,
  ...TABLE_OPERATORS,
  ...FUNCTION_OPERATORS,
  ...ADDITION_OPERATORS,
  ...ROLE_OPERATORS,
]

/** Every mutant of the database's schema. The same schema gives the same mutants in the same order. */
export async function listMutants(client: pg.Client, scope: Scope): Promise<Mutant[]> {
  // With an empty search_path, names are written with their schema.
  await client.query("set search_path = ''")
  const mutants: Mutant[] = []
  for (const operator of OPERATORS) mutants.push(...(await operator.mutants(client, scope)))
  return mutants
}
