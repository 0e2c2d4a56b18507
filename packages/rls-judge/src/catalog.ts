import { checkFunctions } from './catalog/functions.ts'
import { checkHidden } from './catalog/hidden.ts'
import { readPlatform } from './catalog/platform.ts'
import { checkRelations } from './catalog/relations.ts'
import { checkRoles } from './catalog/roles.ts'
import { checkSchemas } from './catalog/schemas.ts'
import { checkServer } from './catalog/server.ts'
import type { Part } from './check.ts'

/** The catalog holds exactly what db/access.ts says: nothing less, nothing more. */
export const catalog: Part = {
  file: 'packages/rls-judge/src/catalog.ts',
  async *run(client) {
    // Expressions are shown with every name qualified.
    await client.query("set local search_path = ''")
    const platform = await readPlatform(client)
    yield* checkRelations(client, platform)
    yield* checkFunctions(client, platform)
    yield* checkSchemas(client, platform)
    yield* checkRoles(client, platform)
    yield* checkServer(client, platform)
    yield* checkHidden(client, platform)
  },
}
