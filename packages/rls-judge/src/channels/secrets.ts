import pg from 'pg'
import type { Shape } from '../matrix/shapes.ts'
import { belongsTo, type Seed } from '../matrix/values.ts'
import type { Stage } from '../stage.ts'
import { SECRET } from './listen.ts'

/** Bob's text, which is also a valid number and valid JSON. */
export const HARMLESS = '7'

const TEXT = ['text', 'character varying']

/**
 * Writes the secret into one person's text columns and a harmless text into another's. Columns with a fixed set of
 * values accept neither and are skipped.
 *
 * @returns the columns, quoted
 */
export async function hideSecret(
  client: pg.Client,
  shape: Shape,
  { platform: { wire }, fixtures: { seeds } }: Stage,
): Promise<readonly string[]> {
  const taken: string[] = []
  for (const { name, base, generated } of shape.columns) {
    if (!TEXT.includes(base) || generated || name === shape.id.name || name === shape.owner?.name) continue
    const column = pg.escapeIdentifier(name)
    const write = (value: string, seed: Seed) =>
      `update ${shape.table} set ${column} = ${pg.escapeLiteral(value)} where ${belongsTo(shape, seed)}`
    // Where rows are committed, a message with two statements is a transaction of its own.
    if (!wire) await client.query('savepoint secret')
    try {
      await client.query(`${write(SECRET, seeds.ada)}; ${write(HARMLESS, seeds.bob)}`)
      taken.push(column)
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error
      if (!wire) await client.query('rollback to savepoint secret')
    }
    if (!wire) await client.query('release savepoint secret')
  }
  return taken
}
