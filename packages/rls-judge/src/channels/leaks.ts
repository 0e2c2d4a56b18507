import type pg from 'pg'
import type { Verdict } from '../check.ts'
import type { Fixtures } from '../matrix/fixtures.ts'
import type { Caller } from '../session.ts'
import { attempt, become, expectCode, expectEqual } from '../session.ts'
import { listen, mentions, SECRET } from './listen.ts'

/** A function in a WHERE clause that tells its argument must not be given another user's values. */
export async function* leakyFunctions(
  client: pg.Client,
  { ids }: Fixtures,
  bob: Caller,
): AsyncGenerator<Verdict> {
  await client.query('savepoint leaky')
  await client.query('update public.documents set filename = $1, content_text = $1 where user_id = $2', [
    SECRET,
    ids.ada,
  ])
  await client.query("update public.documents set filename = '7', content_text = '7' where user_id = $1", [
    ids.bob,
  ])
  await become(client, bob)
  await client.query(`
    create function pg_temp.tell(value text) returns boolean language plpgsql immutable cost 0.0000001
    as $$ begin raise notice 'told: %', value; return true; end $$;
    create function pg_temp.tell(a text, b text) returns boolean language plpgsql immutable cost 0.0000001
    as $$ begin raise notice 'told: % %', a, b; return true; end $$;
    create operator pg_temp.<<< (function = pg_temp.tell, leftarg = text, rightarg = text, restrict = scalarltsel);
    create operator pg_temp.=== (function = pg_temp.tell, leftarg = text, rightarg = text, restrict = eqsel, join = eqjoinsel);
    create view pg_temp.all_documents as select * from public.documents;
  `)
  const predicates = {
    'a cheap function that tells its argument': 'pg_temp.tell(filename)',
    'an operator that tells its arguments': "filename operator(pg_temp.<<<) 'z'",
    'a cast that quotes what it cannot read': 'filename::integer > 0',
    'a division by zero': `1 / (case when filename = '${SECRET}' then 0 else 1 end) = 1`,
    'an XML parser that quotes what it cannot read': "filename = '7' or filename::jsonb is not null",
    'a regular expression from the row': "'x' ~ ('(' || filename || ')') or true",
    'a subquery': '(select pg_temp.tell(filename))',
    'a whole row': 'pg_temp.tell(documents::text)',
    'a having clause': 'true group by filename having pg_temp.tell(filename)',
  }
  for (const [what, predicate] of Object.entries(predicates)) {
    const { outcome, heard } = await listen(client, () =>
      attempt(client, bob, `select from public.documents where ${predicate}`),
    )
    yield expectEqual(
      `in a WHERE clause, ${what}, sees only the caller's rows`,
      mentions([outcome.message, outcome.detail, ...heard]),
      [],
    )
    yield expectCode(`in a WHERE clause, ${what}, finds the caller's row`, outcome, '1')
  }
  await client.query('rollback to savepoint leaky; release savepoint leaky')
}
