// Checked by `deno check` and never run: the types that a function's author sees in the editor.
import { getDB, type UserDb, withUser } from './db.ts'

export async function knowsTheTables(caller: { sub: string }): Promise<string> {
  const { db, cleanup } = getDB()
  try {
    return await withUser(db, caller, async (tx: UserDb) => {
      const row = await tx
        .selectFrom('documents')
        .select(['filename', 'processing_status'])
        .executeTakeFirstOrThrow()
      const status: typeof row.processing_status = 'pending'
      // @ts-expect-error not a value of its CHECK
      const other: typeof row.processing_status = 'nonsense'
      // @ts-expect-error not selected
      row.file_size
      // @ts-expect-error no such table
      tx.selectFrom('nonsense')
      // @ts-expect-error no such column
      tx.selectFrom('documents').select('nonsense')
      // @ts-expect-error only the server may change the plan
      tx.updateTable('user_profiles').set({ plan_type: 'pro' })
      // @ts-expect-error the root database has no tables: choose an identity first
      db.selectFrom('documents')
      return `${status} ${other}`
    })
  } finally {
    await cleanup()
  }
}
