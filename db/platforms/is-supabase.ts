import type pg from 'pg'

/** Whether the platform owns the accounts. If so, it also owns auth, storage and extensions. */
export async function isSupabase(client: pg.Client): Promise<boolean> {
  return (await authOwner(client)) === 'supabase_admin'
}

/** The owner of schema auth; undefined if there is no such schema. */
export async function authOwner(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    "select nspowner::regrole::text as owner from pg_namespace where nspname = 'auth'",
  )
  return rows[0]?.owner
}
