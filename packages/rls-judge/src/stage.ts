import type pg from 'pg'
import type { Verdict } from './check.ts'
import { API_ROLES, type Intent } from './intent.ts'
import { type Actor, listActors } from './matrix/actors.ts'
import { type Fixtures, makeFixtures, resetRows } from './matrix/fixtures.ts'
import { readShapes, type Shape } from './matrix/shapes.ts'
import type { Platform } from './platform.ts'
import { type Attempt, attemptsOn, type Caller, cannotBecome } from './session.ts'
import { IN_SAVEPOINTS } from './transport.ts'

/** The input of a part: tables, people and their rows, in the part's transaction. */
export interface Stage {
  intent: Intent
  platform: Platform
  shapes: readonly Shape[]
  fixtures: Fixtures
  /** The actors whose roles the login may become. */
  actors: readonly Actor[]
  /** The user who attacks Ada's rows. */
  bob: Actor
  attempt: Attempt
}

/** Reads the tables and inserts the rows that every part attacks. */
export async function setStage(
  client: pg.Client,
  { intent, platform, stage }: { intent: Intent; platform: Platform; stage?: Stage },
): Promise<Stage> {
  if (stage) return stage
  const shapes = await readShapes(client, intent, platform)
  const fixtures = await makeFixtures(client, shapes, platform)
  const others = await cannotBecome(client, API_ROLES)
  const actors = listActors(fixtures.ids).filter(({ role }) => !others.includes(role))
  const attempt = attemptsOn(client, platform.wire?.transport ?? IN_SAVEPOINTS)
  return { intent, platform, shapes, fixtures, actors, bob: findActor(actors, 'bob'), attempt }
}

/**
 * Rows that the owner changes for some checks, and what callers leave in the session. Both are undone after them.
 */
export async function* withSetUp(
  client: pg.Client,
  { platform: { wire }, shapes, fixtures }: Stage,
  checks: () => AsyncGenerator<Verdict>,
): AsyncGenerator<Verdict> {
  if (!wire) await client.query('savepoint set_up')
  try {
    yield* checks()
  } finally {
    if (wire) {
      await client.query('discard temp')
      await resetRows(client, shapes, fixtures)
    } else await client.query('rollback to savepoint set_up; release savepoint set_up')
  }
}

/** Temporary objects that a caller makes for later attempts; `leave` removes those of the last call. */
export async function makeTemporary(
  client: pg.Client,
  { platform: { wire } }: Stage,
  caller: Caller,
  statements: string,
): Promise<{ leave: () => Promise<void> }> {
  const { enter, keep, undo } = (wire?.transport ?? IN_SAVEPOINTS).lasting
  for (const text of [...enter(caller), statements, ...keep]) await client.query(text)
  return { leave: async () => void (await client.query(undo)) }
}

export function findActor(actors: readonly Actor[], wanted: string): Actor {
  const actor = actors.find(({ name }) => name === wanted)
  if (!actor) throw new Error(`no actor ${wanted}`)
  return actor
}
