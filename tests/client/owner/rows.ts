import type pg from 'pg'

/** A uuid that ends in `n`. Both users have rows with the same ids, so that a join by id alone finds both. */
export function idOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
}

/** Documents 1 and 2 of the first user, 1 and 3 of the second; chunks of 1 and 3; requests 1 and 4 of both. */
export async function addRows(owner: pg.Client, first: string, second: string): Promise<void> {
  await owner.query(
    `insert into public.documents (user_id, id, filename, file_type, file_size)
     select users.id, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n || ' of ' || name, 'text', n
     from (values ($1::uuid, 'first', array[1, 2]), ($2::uuid, 'second', array[1, 3])) as users (id, name, numbers),
       unnest(numbers) as n`,
    [first, second],
  )
  await owner.query(
    `insert into public.document_chunks (user_id, document_id, chunk_index, content)
     select user_id, id, n, 'chunk ' || n from public.documents, generate_series(1, 2) as n where file_size <> 2 and file_type = 'text'
       and filename like '% of %'`,
  )
  await owner.query(
    `insert into public.agent_requests (user_id, id, agent_type, content)
     select id, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'summary', 'request ' || n
     from unnest(array[$1, $2]::uuid[]) as id, unnest(array[1, 4]) as n`,
    [first, second],
  )
}
