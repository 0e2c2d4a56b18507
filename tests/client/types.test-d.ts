// Compiled by `tsc` and never run: each @ts-expect-error marks a required type error.
import type { JWTPayload } from 'jose'
import { sql } from 'kysely'
import type { AnonDb, ServiceDb, UserDb } from '../../db/client/handles.ts'
import type { Claims } from '../../db/client/identity.ts'
import type { RootDb } from '../../db/client/root-db.ts'
import { withAnon, withService, withUser } from '../../db/client/with-identity.ts'

declare const db: RootDb
declare const claims: { sub: string }
declare function ownDocuments(tx: UserDb): Promise<number>
declare function allDocuments(tx: ServiceDb): Promise<number>

// @ts-expect-error the root database is not a user's transaction
ownDocuments(db)
// @ts-expect-error the root database is not the server's transaction
allDocuments(db)
// @ts-expect-error the root database has no tables: it uses another connection, without identity
void withUser(db, claims, () => db.selectFrom('documents').selectAll().execute())

void withUser(db, claims, async (tx) => {
  await ownDocuments(tx)
  // @ts-expect-error a user's transaction is not the server's
  await allDocuments(tx)
  const renamed = (by: UserDb) => by.updateTable('documents').set({ filename: 'x' }).returning('filename')
  const rows: { filename: string }[] = await withUser(db, claims, renamed)
  const last: { filename: string }[] = await withUser(db, claims, async (by) => {
    await ownDocuments(by)
    return renamed(by)
  })
  const [{ n } = { n: 0 }] = (await withUser(db, claims, () => sql<{ n: number }>`select 1 as n`)).rows
  // @ts-expect-error a string is not a number
  last[0]?.filename satisfies number | undefined
  rows.push({ filename: `${n}` })
  // @ts-expect-error a transaction is not the root database
  await withUser(tx, claims, ownDocuments)

  const row = await tx.selectFrom('documents').select(['id', 'filename']).executeTakeFirstOrThrow()
  const filename: string = row.filename
  // @ts-expect-error not selected
  row.file_size
  // @ts-expect-error no such column
  tx.selectFrom('documents').select('nonsense')
  // @ts-expect-error no such table
  tx.selectFrom('nonsense')
  // @ts-expect-error only the server may change the plan
  tx.updateTable('user_profiles').set({ plan_type: 'pro' })
  return filename
})

void withService(db, async (tx) => {
  await allDocuments(tx)
  // @ts-expect-error the server's transaction is not a user's
  await ownDocuments(tx)
  await tx.updateTable('user_profiles').set({ plan_type: 'pro' }).execute()
})

void withAnon(db, async (tx: AnonDb) => {
  // @ts-expect-error anon may read nothing
  tx.selectFrom('documents').select('id')
})

// @ts-expect-error the claims contain no account
void withUser(db, {}, ownDocuments)
// @ts-expect-error a token of another role is not a user's
void withUser(db, { sub: '', role: 'service_role' }, ownDocuments)

// The example of docs/client.md with jose.
declare const payload: JWTPayload
const { sub, role } = payload
if (sub === undefined || role !== 'authenticated') throw new Error("not a user's token")

const narrowed: Claims = { ...payload, sub, role }
void withUser(db, narrowed, ownDocuments)
// @ts-expect-error the account of the token was not checked
void withUser(db, payload, ownDocuments)
