import { searchable } from './psql/transaction-command.ts'
import type { Session } from './server/session.ts'

/**
 * Finds statements whose effects DISCARD ALL does not undo: a custom setting (`app.user`) reads '' instead of NULL
 * from then on, and a random seed, dblink's connections and the globals of other languages remain. A session that ran
 * such a statement is not reused.
 */
const inStatements =
  /set_config|setseed|dblink_connect|\bset\s+(?:local\s+|session\s+)?["\w]+\s*\.\s*["\w]|\bload\b|\blanguage\s+'?(?!sql\b|plpgsql\b)\w/i

export function leavesTraces(sql: string): boolean {
  return inStatements.test(searchable(sql))
}

/** The same for the functions and settings of the database, which any statement may call. */
export async function databaseLeavesTraces(session: Session, pgtapSchema: string): Promise<boolean> {
  let found = false
  const asked = session.query(
    `select from pg_catalog.pg_proc p
       join pg_catalog.pg_language l on l.oid = p.prolang
      where p.pronamespace not in (select oid from pg_catalog.pg_namespace
              where nspname in ('pg_catalog', 'information_schema', '${pgtapSchema}'))
        and (l.lanname not in ('internal', 'c', 'sql', 'plpgsql')
          or p.prosrc ~* 'set|dblink'
            and p.prosrc ~* 'set_config|setseed|dblink_connect|\\mset\\s+(local\\s+|session\\s+)?["\\w]+\\s*\\.\\s*["\\w]'
          or p.proconfig is not null
            and exists (select from pg_catalog.unnest(p.proconfig) s where pg_catalog.split_part(s, '=', 1) like '%.%'))
      limit 1`,
    {
      row: () => {
        found = true
      },
    },
  )
  // If the query fails, assume traces: a new session for each file is always correct.
  return asked.then(
    ({ error }) => found || error !== undefined,
    () => true,
  )
}
