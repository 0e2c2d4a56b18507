import type pg from 'pg'
import type { Verdict } from './check.ts'
import { type Cell, prepareAttempts, tryCells } from './matrix/attempts.ts'
import type { Stage } from './stage.ts'
import { tryOnWire } from './wire/cells.ts'

/** Tries every cell. They must be about one table. */
export async function* judgeCells(
  client: pg.Client,
  stage: Stage,
  cells: readonly Cell[],
): AsyncGenerator<Verdict> {
  if (stage.platform.wire) return yield* tryOnWire(client, stage, cells)
  await prepareAttempts(client)
  yield* tryCells(client, cells)
}
