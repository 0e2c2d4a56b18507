import { readFileSync } from 'node:fs'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { inRoot } from '../paths.ts'

/** The aspects of a table that tests/schema/helpers.sql reads; each is a part of a function's name and of an assertion's. */
export const ASPECTS = ['columns', 'constraints', 'indexes', 'triggers', 'policies'] as const
export type Aspect = (typeof ASPECTS)[number]

export interface Structure {
  /** Lines by table and aspect, as the tests compare them. */
  tables: ReadonlyMap<string, Readonly<Record<Aspect, readonly string[]>>>
  /** Signature and definition of each function: first the project's, then the platform's. */
  functions: readonly { signature: string; definition: string }[]
}

/** Reads the structure of a database with the same functions as the tests. */
export async function readStructure(database: ConnectionString): Promise<Structure> {
  return withOwnerClient(database, async (client) => {
    await client.query('begin')
    try {
      await client.query(readFileSync(inRoot('tests', 'schema', 'helpers.sql'), 'utf8'))
      const { rows: tables } = await client.query<{ name: string } & Record<Aspect, string[]>>(`
        select relname as name, ${ASPECTS.map((aspect) => `array(select pg_temp.${aspect}_of(oid)) as ${aspect}`).join(', ')}
        from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        order by relname collate "C"
      `)
      const { rows: functions } = await client.query<{ signature: string; definition: string }>(`
        select
          format('%I.%I(%s)', nspname, proname, array_to_string(array(select format_type(type, null) from unnest(proargtypes) type), ',')) as signature,
          pg_temp.definition_of(pg_proc.oid) as definition
        from pg_proc
        join pg_namespace on pg_namespace.oid = pronamespace
        where nspname in ('public', 'private', 'auth')
          and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
        order by nspname = 'auth', nspname, proname, proargtypes::text
      `)
      return { tables: new Map(tables.map(({ name, ...lines }) => [name, lines])), functions }
    } finally {
      await client.query('rollback')
    }
  })
}
