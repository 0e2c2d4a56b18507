import { quoteIdentifier } from '../psql/variables.ts'
import type { Session } from '../server/session.ts'
import { UsageError } from '../usage-error.ts'
import { loadPgtap } from './load.ts'
import { pgtapSchema } from './schema.ts'
import { pgtapVersion } from './source.ts'

/** The pgTAP of this run. */
export type Pgtap = {
  /** Its schema, if sessions must add it to their search_path. */
  readonly addToSearchPath: string | undefined
  /** Whether this package loaded it. If so, `create extension pgtap` in a file does nothing. */
  readonly ours: boolean
}

const marker = `pgTAP ${pgtapVersion}, loaded by pgtap-runner while it runs; safe to drop when no run is under way`

/** Advisory lock, held shared by each run that uses the schema. The last run gets it exclusively and drops the schema. */
const inUse = 7_308_604_759_846_921_001n
/** Advisory lock, held while the schema is created or dropped. */
const changing = 7_308_604_759_846_921_002n

async function ask(session: Session, sql: string): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = []
  const { error } = await session.query(sql, { row: (values) => rows.push([...values]) })
  if (error) throw new UsageError(`cannot load pgTAP: ${error.message} (${error.code})`)
  return rows
}

/** Finds pgTAP, or loads it into a separate schema for the lifetime of `session`. */
export async function installPgtap(session: Session): Promise<Pgtap> {
  const found = await ask(
    session,
    `select n.nspname, n.nspname = any (current_schemas(true)), coalesce(obj_description(n.oid, 'pg_namespace'), '') like 'pgTAP %, loaded by pgtap-runner%'
       from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where p.proname = 'plan' and p.proargtypes = '23'::oidvector
        and exists (select from pg_catalog.pg_proc f where f.pronamespace = n.oid and f.proname = 'throws_ok')
      order by 3, 2 desc`,
  )
  const [schema, onPath, ours] = found[0] ?? []
  if (schema && ours === 'f') return { addToSearchPath: onPath === 't' ? undefined : schema, ours: false }

  await ask(session, `select pg_catalog.pg_advisory_lock_shared(${inUse})`)
  await ask(session, `select pg_catalog.pg_advisory_lock(${changing})`)
  try {
    const [there] = await ask(
      session,
      `select obj_description(oid, 'pg_namespace') from pg_catalog.pg_namespace where nspname = '${pgtapSchema}'`,
    )
    if (!there) await loadPgtap((sql) => ask(session, sql), { comment: marker })
    else if (there[0] !== marker) {
      throw new UsageError(
        `schema ${pgtapSchema} exists and is not pgtap-runner's own: rename it, or install pgTAP yourself`,
      )
    }
  } finally {
    await ask(session, `select pg_catalog.pg_advisory_unlock(${changing})`)
  }
  return { addToSearchPath: pgtapSchema, ours: true }
}

/** Removes what `installPgtap` loaded, unless another run still uses it; the last run removes it. */
export async function removePgtap(session: Session): Promise<void> {
  await ask(session, `select pg_catalog.pg_advisory_lock(${changing})`)
  await ask(session, `select pg_catalog.pg_advisory_unlock_shared(${inUse})`)
  const [last] = await ask(session, `select pg_catalog.pg_try_advisory_lock(${inUse})`)
  if (last?.[0] === 't') {
    await ask(
      session,
      `set client_min_messages = warning; drop schema if exists ${quoteIdentifier(pgtapSchema)} cascade`,
    )
    await ask(session, `select pg_catalog.pg_advisory_unlock(${inUse})`)
  }
  await ask(session, `select pg_catalog.pg_advisory_unlock(${changing})`)
}

/** A search_path with pgTAP's schema after the login role's own search_path. */
export async function searchPathWith(session: Session, schema: string): Promise<string> {
  const [row] = await ask(session, 'show search_path')
  const before = row?.[0] ?? ''
  return before && before !== '""' ? `${before}, ${quoteIdentifier(schema)}` : quoteIdentifier(schema)
}
