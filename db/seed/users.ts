import type pg from 'pg'
import { failed } from 'postgres-kit/failure.ts'
import { inTransaction } from 'postgres-kit/transaction.ts'
import { nameUuid } from './name-uuid.ts'

/** A demo account. */
export interface DemoUser {
  id: string
  email: string
  name: string
  planType: 'free' | 'pro' | 'enterprise'
}

export const DEMO_USERS: readonly DemoUser[] = [
  demoUser('Ada', 'enterprise'),
  demoUser('Ben', 'pro'),
  demoUser('Chloe', 'free'),
  demoUser('Dan', 'free'),
]

/** The owner of a file's document: the same user in every run, whatever other files exist. */
export function ownerOf(documentId: string): DemoUser {
  const place = Number.parseInt(documentId.slice(0, 8), 16) % DEMO_USERS.length
  return DEMO_USERS[place] ?? demoUser('Ada', 'enterprise')
}

// Supabase Auth cannot read null in these columns: it fails with "Database error finding user".
// https://github.com/supabase/auth/issues/1940
const SUPABASE_COLUMNS: Readonly<Record<string, string>> = {
  instance_id: '00000000-0000-0000-0000-000000000000',
  aud: 'authenticated',
  role: 'authenticated',
  confirmation_token: '',
  recovery_token: '',
  email_change: '',
  email_change_token_new: '',
  created_at: 'now',
  updated_at: 'now',
}

/**
 * Creates the missing accounts. Nobody can log in with them, because they have no password.
 *
 * @param owner may write auth.users
 * @returns how many were created
 * @throws Failure (1) if another account has one of their e-mail addresses
 */
export async function createUsers(owner: pg.ClientBase): Promise<number> {
  const { rows } = await owner.query<{ column_name: string }>(
    `select column_name::text from information_schema.columns
     where table_schema = 'auth' and table_name = 'users' and column_name = any($1)`,
    [Object.keys(SUPABASE_COLUMNS)],
  )
  const extra = Object.entries(SUPABASE_COLUMNS).filter(([name]) =>
    rows.some((row) => row.column_name === name),
  )
  const columns = ['id', 'email', 'raw_user_meta_data', ...extra.map(([name]) => name)]
  const places = columns.map((_, index) => `$${index + 1}`)
  return inTransaction(owner, async () => {
    let made = 0
    for (const { id, email, name } of DEMO_USERS) {
      // On conflict with any key: with `on conflict (id)`, a concurrent run could still violate the key on the e-mail (23505).
      const { rowCount } = await owner.query(
        `insert into auth.users (${columns.join(', ')}) values (${places.join(', ')}) on conflict do nothing`,
        [id, email, JSON.stringify({ name }), ...extra.map(([, value]) => value)],
      )
      made += rowCount ?? 0
    }
    await refuseStrangers(owner)
    return made
  })
}

async function refuseStrangers(owner: pg.ClientBase): Promise<void> {
  const { rows } = await owner.query<{ email: string }>(
    'select users.email from auth.users join unnest($1::uuid[], $2::text[]) as demo (id, email) using (email) where users.id <> demo.id',
    [DEMO_USERS.map((user) => user.id), DEMO_USERS.map((user) => user.email)],
  )
  if (rows[0])
    throw failed(`another account has the e-mail address ${rows[0].email} of a demo user: nothing was done`)
}

function demoUser(name: string, planType: DemoUser['planType']): DemoUser {
  // example.com is reserved, so no mail can reach a stranger.
  const email = `${name.toLowerCase()}@example.com`
  return { id: nameUuid(`user ${email}`), email, name, planType }
}
