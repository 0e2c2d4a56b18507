import type pg from 'pg'

/** Inserts accounts with twenty documents each; returns the first account's id. */
export async function fill(owner: pg.Client, accounts: number): Promise<string> {
  const { rows } = await owner.query<{ id: string }>(
    'insert into auth.users (id) select gen_random_uuid() from generate_series(1, $1) returning id',
    [accounts],
  )
  await owner.query(
    `insert into documents (user_id, filename, file_type, file_size, content_text)
     select users.id, 'document ' || n, 'text/plain', 1000, repeat('words of a document ', 20)
     from auth.users, generate_series(1, 20) as n`,
  )
  await owner.query('analyze')
  return rows[0]?.id ?? ''
}
