import { searchable } from './psql/transaction-command.ts'
import type { Session } from './server/session.ts'

/**
 * Traces that DISCARD ALL leaves behind, found in the statements themselves: a custom setting (`app.user`) reads ''
 * ever after instead of NULL, a seed stays, and so does whatever a library (dblink's connections) or another language keeps. A session that
 * ran such a statement is not used again.
 */
const inStatements =
  /set_config|setseed|dblink_connect|\bset\s+(?:local\s+|session\s+)?["\w]+\s*\.\s*["\w]|\bload\b|\blanguage\s+'?(?!sql\b|plpgsql\b)\w/i

export function leavesTraces(sql: string): boolean {
  return inStatements.test(searchable(sql))
}

/** The same for functions and settings the database already has, which a file may reach through any statement. */
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
  // What could not be asked is taken for true: a new session for each file is always right.
  return asked.then(
    ({ error }) => found || error !== undefined,
    () => true,
  )
}
