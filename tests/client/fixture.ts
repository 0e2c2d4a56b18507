import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { openDatabase } from '../../db/client/database.ts'
import type { RootDb } from '../../db/client/root-db.ts'
import { withUser } from '../../db/client/with-identity.ts'
import { ACT_AS_SQL } from '../../db/distribute/act-as.ts'
import { findScratch } from '../../db/scratch.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'

/** A fresh migrated database, with two users who have one document each. */
export interface Fixture {
  /** Superuser's connection, for preparing data and for checking the actual state. */
  owner: pg.Client
  ownerAddress: ConnectionString
  /** Least-privileged login. */
  appAddress: ConnectionString
  ana: string
  ben: string
  /** Whether the client acts as on a distributed database, through cluster.act_as. */
  distributed: boolean
}

/** Runs `work` with a fixture, and removes it afterwards. */
export async function withFixture(
  work: (fixture: Fixture) => Promise<void>,
  distributed = false,
): Promise<void> {
  const target = await findScratch()
  await withThrowawayDatabase(target.owner, (ownerAddress) =>
    withOwnerClient(ownerAddress, async (owner) => {
      if (distributed) for (const statement of ACT_AS_SQL) await owner.query(statement)
      const ana = await addUser(owner)
      const ben = await addUser(owner)
      const appAddress = withDatabase(target.app, ownerAddress.database)
      await work({ owner, ownerAddress, appAddress, ana, ben, distributed })
    }),
  )
}

/** Adds a user with one document; returns the user's id. */
export async function addUser(owner: pg.Client): Promise<string> {
  const { rows } = await owner.query<{ id: string }>('insert into auth.users default values returning id')
  const id = rows[0]?.id ?? ''
  await owner.query(
    "insert into documents (user_id, filename, file_type, file_size) values ($1::uuid, 'of ' || $1::uuid, 'text', 1)",
    [id],
  )
  return id
}

/** `withUser` without the owner's condition, so that only row level security filters rows. */
export const withUserAlone: typeof withUser = (db, claims, fn, options) =>
  withUser(db, claims, fn, { ownerCondition: false, ...options })

/** Runs `work` with a pool, which is closed afterwards. */
export async function withPool<T>(
  address: ConnectionString,
  options: Parameters<typeof openDatabase>[1],
  work: (db: RootDb) => Promise<T>,
): Promise<T> {
  const db = openDatabase(address, options)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** Waits until the condition holds. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  what: string,
  seconds = 20,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${seconds} s: ${what}`)
    await sleep(10)
  }
}
