import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { listMutants as listMutantsOf, OPERATORS } from 'rls-judge/mutants/catalog.ts'
import { nameOf } from 'rls-judge/mutants/operator.ts'
import { choose } from 'rls-judge/mutants/sample.ts'
import { SCOPE } from '../../db/mutants/laboratory.ts'
import { findScratch } from '../../db/scratch.ts'
import { maintenance } from '../../db/target.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'

const listMutants = (client: pg.Client) => listMutantsOf(client, SCOPE)

/** Runs `work` as the owner of a fresh migrated database. */
async function withFreshDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const target = await findScratch()
  return withThrowawayDatabase(maintenance(target), (database) => withOwnerClient(database, work))
}

test('every operator finds something to change, and every mutant has a unique name', async () => {
  const mutants = await withFreshDatabase(listMutants)
  const idle = OPERATORS.filter(({ name }) => !mutants.some(({ operator }) => operator === name))
  assert.deepEqual(
    idle.map(({ name }) => name),
    [],
  )
  assert.equal(new Set(mutants.map(nameOf)).size, mutants.length)
  assert.ok(mutants.length > 500, `${mutants.length} mutants`)
})

test('the same schema gives the same mutants', async () => {
  const [one, two] = [await withFreshDatabase(listMutants), await withFreshDatabase(listMutants)]
  assert.deepEqual(one, two)
})

test('a mutant of every operator changes the catalog, and its undo reverts a mutant of a role', async () => {
  await withFreshDatabase(async (client) => {
    const mutants = choose(await listMutants(client), { sample: 3 * OPERATORS.length, seed: 1 })
    await client.query('reset search_path')
    const before = await catalogOf(client)
    for (const mutant of mutants) {
      await client.query('begin')
      await client.query(mutant.sql)
      assert.notEqual(await catalogOf(client), before, `${nameOf(mutant)} changes nothing: ${mutant.sql}`)
      if (mutant.undo) {
        await client.query(mutant.undo)
        assert.equal(await catalogOf(client), before, `${nameOf(mutant)} is not reverted: ${mutant.undo}`)
      }
      await client.query('rollback')
    }
  })
})

/** Everything that a mutant can change, as one hash. */
async function catalogOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ hash: string }>(
    `select md5(string_agg(part, ' ' order by part)) as hash from (${PARTS.join(' union all ')}) as parts (part)`,
  )
  return rows[0]?.hash ?? ''
}

const OURS = `in ('public', 'private', 'auth', 'dbmate', 'extensions')`
const PARTS = [
  `select concat_ws('|', pg_class.oid, relname, relowner, relacl, relrowsecurity, relforcerowsecurity) from pg_class where relnamespace::regnamespace::text ${OURS}`,
  `select concat_ws('|', attrelid, attname, attacl, attnotnull, attgenerated, adbin) from pg_attribute
    join pg_class on pg_class.oid = attrelid and relnamespace::regnamespace::text ${OURS}
    left join pg_attrdef on adrelid = attrelid and adnum = attnum`,
  `select concat_ws('|', p.polname, p.polrelid, p.polcmd, p.polpermissive, p.polroles, p.polqual, p.polwithcheck) from pg_policy p`,
  `select concat_ws('|', conname, conrelid, pg_get_constraintdef(oid)) from pg_constraint where connamespace::regnamespace::text ${OURS}`,
  `select concat_ws('|', tgrelid, tgname, tgenabled) from pg_trigger`,
  `select concat_ws('|', oid, prosrc, proowner, proacl, prosecdef, proleakproof, proconfig) from pg_proc where pronamespace::regnamespace::text ${OURS}`,
  `select concat_ws('|', nspname, nspowner, nspacl) from pg_namespace`,
  `select concat_ws('|', datname, datacl) from pg_database where datname = current_database()`,
  `select concat_ws('|', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls) from pg_roles`,
  // As text of all columns, because PostgreSQL 16 added some; without `oid`, which changes with an undo.
  `select (to_jsonb(m) - 'oid')::text from pg_auth_members m`,
  `select concat_ws('|', setrole, setconfig) from pg_db_role_setting where setdatabase in (0, (select oid from pg_database where datname = current_database()))`,
  `select concat_ws('|', parname, paracl) from pg_parameter_acl where paracl <> '{}'`,
  `select concat_ws('|', ev_class, rulename) from pg_rewrite`,
  `select concat_ws('|', inhrelid, inhparent) from pg_inherits`,
]
