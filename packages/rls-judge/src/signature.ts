import type pg from 'pg'

/** A function of the intent, as PostgreSQL reads its name and argument types. */
export interface Signature {
  /** The qualified name as written in a statement. */
  name: string
  /** The argument types as written in a cast. */
  types: readonly string[]
}

/** Reads functions by name and argument types. Missing functions are left out; the catalog checks report them. */
export async function readSignatures(
  client: pg.Client,
  signatures: readonly string[],
): Promise<ReadonlyMap<string, Signature>> {
  const { rows } = await client.query<{ signature: string } & Signature>(
    `select signature, format('%I.%I', n.nspname, p.proname) as name,
       array(select format_type(argument, null) from unnest(p.proargtypes) with ordinality as arguments (argument, place) order by place) as types
     from unnest($1::text[]) with ordinality as wanted (signature, position)
     join pg_proc p on p.oid = to_regprocedure(signature)
     join pg_namespace n on n.oid = p.pronamespace
     order by position`,
    [signatures],
  )
  return new Map(rows.map(({ signature, name, types }) => [signature, { name, types }]))
}
