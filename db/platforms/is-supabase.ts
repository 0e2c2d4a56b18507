import type pg from 'pg'

/** Whether the platform owns the accounts: then auth, storage and extensions are its, and not the project's. */
export async function isSupabase(client: pg.Client): Promise<boolean> {
  return (await authOwner(client)) === 'supabase_admin'
}

/** Who owns schema auth; undefined if there is none. */
export async function authOwner(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    "select nspowner::regrole::text as owner from pg_namespace where nspname = 'auth'",
  )
  return rows[0]?.owner
}
