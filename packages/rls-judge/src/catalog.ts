import type { Comparison } from './catalog/comparison.ts'
import { checkForeign } from './catalog/foreign.ts'
import { checkFunctions } from './catalog/functions.ts'
import { checkHidden } from './catalog/hidden.ts'
import { checkRelations } from './catalog/relations.ts'
import { checkRoles } from './catalog/roles.ts'
import { checkSchemas } from './catalog/schemas.ts'
import { checkServer } from './catalog/server.ts'
import type { Part } from './check.ts'
import { readServer } from './platform.ts'

/** The catalog contains exactly what the intent lists. */
export function catalog({ intent, platform }: Omit<Comparison, 'server'>): Part {
  return {
    file: 'packages/rls-judge/src/catalog.ts',
    async *run(client) {
      // With an empty search_path, PostgreSQL qualifies every name in expressions.
      await client.query("set local search_path = ''")
      const comparison: Comparison = { intent, platform, server: await readServer(client, platform) }
      yield* checkRelations(client, comparison)
      yield* checkFunctions(client, comparison)
      yield* checkSchemas(client, comparison)
      yield* checkRoles(client, comparison)
      yield* checkServer(client, comparison)
      yield* checkHidden(client, comparison)
      yield* checkForeign(client, comparison)
    },
  }
}
