import { TABLES } from '../../../db/access.ts'
import type { Part } from './check.ts'
import { listActors } from './matrix/actors.ts'
import { prepareAttempts, tryCells } from './matrix/attempts.ts'
import { tableCells } from './matrix/cells.ts'
import { makeFixtures } from './matrix/fixtures.ts'
import { readShapes } from './matrix/shapes.ts'

/** Command × column × actor × target × form of a table of db/access.ts, tried for real; with `exhaustive`, all of them. */
export const matrix: readonly Part[] = Object.keys(TABLES).map((table) => ({
  file: `packages/rls-judge/src/matrix.ts ${table}`,
  async *run(client, { exhaustive = false }) {
    const shapes = await readShapes(client)
    const shape = shapes.find(({ name }) => name === table)
    if (!shape) throw new Error(`public.${table} is in db/access.ts and not in the database`)
    const fixtures = await makeFixtures(client, shapes)
    await prepareAttempts(client)
    yield* tryCells(client, [...tableCells(shape, fixtures, listActors(fixtures.ids), exhaustive)])
  },
}))
