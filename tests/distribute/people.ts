import type pg from 'pg'

/** Two accounts with one row in every table. */
export interface People {
  ada: string
  ben: string
}

export async function makePeople(owner: pg.Client): Promise<People> {
  return { ada: await makePerson(owner), ben: await makePerson(owner) }
}

async function makePerson(owner: pg.Client): Promise<string> {
  const { rows } = await owner.query<{ id: string }>('insert into auth.users default values returning id')
  const id = rows[0]?.id ?? ''
  const document = await owner.query<{ id: string }>(
    "insert into public.documents (user_id, filename, file_type, file_size) values ($1, 'a.md', 'md', 1) returning id",
    [id],
  )
  await owner.query(
    "insert into public.document_chunks (user_id, document_id, chunk_index, content) values ($1, $2, 0, 'a tall spruce')",
    [id, document.rows[0]?.id],
  )
  await owner.query(
    "insert into public.agent_requests (user_id, agent_type, content) values ($1, 'a', 'b')",
    [id],
  )
  await owner.query('insert into public.agent_sessions (user_id) values ($1)', [id])
  await owner.query("insert into public.usage_events (user_id, event_type) values ($1, 'x')", [id])
  return id
}

export async function removePeople(owner: pg.Client, { ada, ben }: People): Promise<void> {
  await owner.query('delete from auth.users where id = any ($1)', [[ada, ben]])
  await owner.query('delete from public.usage_events where user_id = any ($1)', [[ada, ben]])
}
