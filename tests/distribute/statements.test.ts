import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type pg from 'pg'
import { codeOf, Failure } from 'postgres-kit/failure.ts'
import { inTransaction } from 'postgres-kit/transaction.ts'
import { ACCOUNTS_STEP } from '../../db/distribute/accounts.ts'
import { revocations } from '../../db/distribute/default-privileges.ts'
import { DISTRIBUTED, distribute, OWNERS, STEPS } from '../../db/distribute/distribute.ts'
import { grantStatements, grantsStep, readPrivileges } from '../../db/distribute/grants.ts'
import { policiesStep, withoutSubquery } from '../../db/distribute/policies.ts'
import { roleProblems, tableProblems, versionProblem } from '../../db/distribute/refuse.ts'
import { SEARCH_PLANS_STEP } from '../../db/distribute/search-plans.ts'
import { planSteps, planText, runSteps, type Step } from '../../db/distribute/step.ts'
import { readForeignKeys, tablesStep } from '../../db/distribute/tables.ts'
import { useTestDatabase } from '../support/database.ts'

const database = useTestDatabase()
const TABLES = Object.keys(DISTRIBUTED)

/** Runs `work` as the owner, as `make distribute` connects, and rolls it back. */
async function rehearse(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await database().owner.connect()
  const undone = new Error('rolled back')
  try {
    await inTransaction(client, async () => {
      await client.query('set local search_path = pg_catalog')
      await work(client)
      throw undone
    }).catch((error: unknown) => {
      if (error !== undone) throw error
    })
  } finally {
    client.release()
  }
}

async function run(client: pg.ClientBase, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await client.query(sql)
}

describe('it refuses', () => {
  test('one PostgreSQL server: exit code 2, and nothing is done', async () => {
    await assert.rejects(distribute(database().connection, false), (error: unknown) => {
      assert.ok(error instanceof Failure)
      assert.equal(error.exitCode, 2)
      assert.match(error.message, /nothing was done:\n {2}the extension citus is not installed/)
      return true
    })
  })

  test('a database that is not migrated', async () => {
    const { rows } = await database().owner.query<{ version: string }>(
      'delete from dbmate.schema_migrations where version = (select max(version) from dbmate.schema_migrations) returning version',
    )
    try {
      await assert.rejects(
        distribute(database().connection, true),
        /lacks 1 migrations: run "make migrate" first/,
      )
    } finally {
      await database().owner.query('insert into dbmate.schema_migrations values ($1)', [rows[0]?.version])
    }
  })

  test('an untested version', () => {
    assert.equal(versionProblem('13.2-1'), undefined)
    assert.equal(versionProblem('14.0-1'), undefined)
    assert.equal(versionProblem('13.1-1'), 'citus 13.1-1 is too old: 13.2 or newer is needed')
    assert.equal(versionProblem('9.5-1'), 'citus 9.5-1 is too old: 13.2 or newer is needed')
    assert.match(versionProblem(undefined) ?? '', /not installed/)
  })

  const planted: readonly [sql: string, problem: RegExp][] = [
    [
      'alter table public.usage_events add column number bigint generated always as identity',
      /^public\.usage_events\.number is an identity column/,
    ],
    [
      'create policy named on public.documents as restrictive using (filename <> $$hidden$$)',
      /^the policy named of public\.documents is restrictive, and Citus would make it permissive on the workers$/,
    ],
    [
      'create unique index names on public.documents (filename)',
      /^the key public\.names does not contain public\.documents\.user_id$/,
    ],
    [
      'alter table public.documents add constraint sizes exclude using btree (file_size with =)',
      /^the key public\.sizes does not contain public\.documents\.user_id$/,
    ],
    [
      'alter table public.documents add column parent_id uuid references public.user_profiles (user_id)',
      /^the foreign key documents_parent_id_fkey of public\.documents does not contain user_id$/,
    ],
    [
      'create table private.plans (user_id uuid primary key); alter table public.agent_sessions add foreign key (user_id) references private.plans',
      /^the foreign key agent_sessions_user_id_fkey1 of public\.agent_sessions refers to private\.plans, which is not distributed$/,
    ],
    [
      'alter policy documents_select_own on public.documents using (user_id in (select user_id from public.user_profiles))',
      /^policy documents_select_own on public\.documents has a sub-select that is not \(select auth\.uid\(\)\)$/,
    ],
    [
      `set local session_replication_role = replica;
       insert into public.agent_sessions (user_id) values (gen_random_uuid()), (gen_random_uuid())`,
      /^2 rows of public\.agent_sessions belong to no account: delete them first$/,
    ],
  ]
  for (const [sql, problem] of planted) {
    test(String(problem), () =>
      rehearse(async (client) => {
        assert.deepEqual(await tableProblems(client, OWNERS), [])
        await client.query(sql)
        const problems = await tableProblems(client, OWNERS)
        assert.ok(
          problems.some((each) => problem.test(each)),
          `not found in: ${problems.join('\n')}`,
        )
      }),
    )
  }
})

test('it refuses roles of the API that have a password, because they get a login', () =>
  rehearse(async (client) => {
    assert.deepEqual(await roleProblems(client), [])
    await client.query("alter role service_role password 'known'")
    assert.deepEqual(await roleProblems(client), [
      'service_role has a password, with which anybody who knows it could log in: alter role service_role password null',
    ])
  }))

describe('policies', () => {
  test('lose the sub-select, and a user still sees its own rows only', async () => {
    const [ada, ben] = [await database().signUp(), await database().signUp()]
    await rehearse(async (client) => {
      for (const user of [ada, ben])
        await client.query(
          "insert into public.documents (user_id, filename, file_type, file_size) values ($1, 'a.md', 'md', 1)",
          [user],
        )
      const step = policiesStep(TABLES)
      const statements = await step.left(client)
      const { rows: wrapped } = await client.query(
        `select from pg_policy where polrelid::regclass::text = any ($1)
           and concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) like '%SELECT auth.uid()%'`,
        [TABLES],
      )
      assert.ok(wrapped.length > 0)
      assert.equal(statements.length, wrapped.length)
      await run(client, statements)
      assert.deepEqual(await step.left(client), [], 'nothing is left')
      await client.query("select set_config('request.jwt.claims', $1, true)", [JSON.stringify({ sub: ada })])
      await client.query('set local role authenticated')
      const { rows } = await client.query('select user_id from public.documents')
      assert.deepEqual(rows, [{ user_id: ada }])
      await assert.rejects(
        client.query('insert into public.usage_events (user_id, event_type) values ($1, $2)', [ben, 'x']),
        (error: unknown) => codeOf(error) === '42501',
      )
    })
  })

  test('with another sub-select, or the words in a text, are not rewritten', async () => {
    assert.equal(await withoutSubquery('(user_id = ( SELECT auth.uid() AS uid))'), '(user_id = auth.uid())')
    assert.equal(await withoutSubquery('(user_id = auth.uid())'), '(user_id = auth.uid())')
    assert.equal(await withoutSubquery('(user_id = ( SELECT other.uid() AS uid))'), undefined)
    assert.equal(
      await withoutSubquery(
        "((user_id = ( SELECT auth.uid() AS uid)) OR (x = '( SELECT auth.uid() AS uid)'))",
      ),
      undefined,
    )
  })
})

describe('accounts', () => {
  /** The foreign keys of the step for tables, without distributing them. */
  async function retarget(client: pg.ClientBase): Promise<void> {
    await run(client, await ACCOUNTS_STEP.left(client))
    const keys = await readForeignKeys(client, TABLES)
    const { rows } = await client.query(
      "select from pg_constraint where contype = 'f' and conrelid::regclass::text = any ($1)",
      [TABLES],
    )
    assert.ok(rows.length > 0)
    assert.equal(keys.length, rows.length)
    for (const { tablename, name } of keys)
      await client.query(`alter table ${tablename} drop constraint ${name}`)
    for (const { tablename, name, definition } of keys)
      await client.query(`alter table ${tablename} add constraint ${name} ${definition}`)
    const targets = (await readForeignKeys(client, TABLES)).map(({ target }) => target)
    assert.deepEqual(new Set(targets), new Set(['private.accounts', 'public.documents']))
  }

  test('that exist already are copied, and no statement remains', async () => {
    const user = await database().signUp()
    await rehearse(async (client) => {
      await retarget(client)
      const { rows } = await client.query('select id from private.accounts where id = $1', [user])
      assert.equal(rows.length, 1)
      assert.deepEqual(await ACCOUNTS_STEP.left(client), [])
      await client.query('delete from private.accounts where id = $1', [user])
      assert.equal((await ACCOUNTS_STEP.left(client)).length, 1, 'a missing one is added again')
    })
  })

  test('are kept again where the trigger is gone', () =>
    rehearse(async (client) => {
      await run(client, await ACCOUNTS_STEP.left(client))
      await client.query('drop trigger users_create_account on auth.users')
      const { rows } = await client.query<{ id: string }>(
        'insert into auth.users default values returning id',
      )
      const left = await ACCOUNTS_STEP.left(client)
      assert.match(left[0] ?? '', /^create trigger users_create_account/)
      await run(client, left)
      assert.deepEqual(await ACCOUNTS_STEP.left(client), [])
      const kept = await client.query('select from private.accounts where id = $1', [rows[0]?.id])
      assert.equal(kept.rowCount, 1)
    }))

  test('are added at sign-up, before the profile that refers to them', () =>
    rehearse(async (client) => {
      await retarget(client)
      const { rows } = await client.query<{ id: string }>(
        'insert into auth.users default values returning id',
      )
      const profiles = await client.query('select from public.user_profiles where user_id = $1', [
        rows[0]?.id,
      ])
      assert.equal(profiles.rowCount, 1)
    }))

  test('are deleted with the account, together with its rows except the audit trail', () =>
    rehearse(async (client) => {
      await retarget(client)
      const { rows } = await client.query<{ id: string }>(
        'insert into auth.users default values returning id',
      )
      const id = rows[0]?.id
      await client.query(
        "insert into public.documents (user_id, filename, file_type, file_size) values ($1, 'a.md', 'md', 1)",
        [id],
      )
      await client.query("insert into public.usage_events (user_id, event_type) values ($1, 'x')", [id])
      await client.query('delete from auth.users where id = $1', [id])
      const counts = await client.query(
        `select (select count(*) from public.documents where user_id = $1) as documents,
           (select count(*) from public.user_profiles where user_id = $1) as profiles,
           (select count(*) from private.accounts where id = $1) as accounts,
           (select count(*) from public.usage_events where user_id = $1) as events`,
        [id],
      )
      assert.deepEqual(counts.rows, [{ documents: '0', profiles: '0', accounts: '0', events: '1' }])
    }))

  test('keep their id', () =>
    rehearse(async (client) => {
      await retarget(client)
      const { rows } = await client.query<{ id: string }>(
        'insert into auth.users default values returning id',
      )
      await assert.rejects(
        client.query('update auth.users set id = gen_random_uuid() where id = $1', [rows[0]?.id]),
        (error: unknown) => codeOf(error) === '0A000',
      )
    }))

  test('cannot be read or called by any role of the API', () =>
    rehearse(async (client) => {
      await retarget(client)
      assert.deepEqual(await readPrivileges(client, 'private.accounts'), [])
      const { rows } = await client.query(
        `select role from unnest(array['anon', 'authenticated', 'service_role', 'public']) as role
         where has_function_privilege(role, 'private.keep_accounts()', 'execute')`,
      )
      assert.deepEqual(rows, [])
    }))
})

describe('privileges', () => {
  test('of the intent equal those that the migrations grant', () =>
    rehearse(async (client) => {
      assert.deepEqual(await grantsStep(DISTRIBUTED).left(client), [])
    }))

  test('that were widened by hand or by a default are restored', () =>
    rehearse(async (client) => {
      const before = await readPrivileges(client, 'public.documents')
      await client.query('grant all on table public.documents to anon, authenticated')
      const access = DISTRIBUTED['public.documents']
      assert.ok(access)
      const statements = await grantsStep(DISTRIBUTED).left(client)
      assert.deepEqual(statements, grantStatements('public.documents', access))
      await run(client, statements)
      assert.deepEqual(await readPrivileges(client, 'public.documents'), before)
      assert.deepEqual(await grantsStep(DISTRIBUTED).left(client), [])
    }))

  test('by default are revoked from every role of the API', () =>
    rehearse(async (client) => {
      const left = async () => {
        const { rows } = await client.query<{ statements: string[] }>(revocations(false))
        return rows[0]?.statements ?? []
      }
      assert.equal((await left()).length, 9)
      await run(client, await left())
      assert.deepEqual(await left(), [])
      await client.query('create table public.fresh ()')
      assert.deepEqual(await readPrivileges(client, 'public.fresh'), [])
    }))
})

describe('steps', () => {
  test('run in the order in which each needs the ones before it', () => {
    const at = (words: RegExp) => {
      const place = STEPS.findIndex(({ name }) => words.test(name))
      assert.ok(place >= 0, String(words))
      return place
    }
    const tables = at(/^the tables are distributed/)
    for (const before of [/^no default privileges/, /^authenticated may insert/, /may log in/, /^policies/])
      assert.ok(at(before) < tables, String(before))
    assert.equal(at(/^private\.accounts/), tables - 1)
    assert.ok(tables < at(/on the coordinator have the privileges/))
    assert.ok(at(/on the coordinator have the privileges/) < at(/^every shard has the privileges/))
    // Its function says that the database is distributed.
    assert.equal(at(/^the client can send an identity/), STEPS.length - 1)
  })

  test('of the tables: foreign keys leave, six tables are distributed beside the accounts, then privileges, then keys', () =>
    rehearse(async (client) => {
      await run(client, await ACCOUNTS_STEP.left(client))
      await client.query('create temporary table pg_dist_partition (logicalrelid regclass)')
      const step = tablesStep(OWNERS, (table) => [`grants of ${table}`])
      const left = await step.left(client)
      const kinds = left.map((sql) =>
        sql.replace(/^alter table \S+ (\w+) constraint .*/, '$1').replace(/[ (].*/, ''),
      )
      assert.deepEqual(
        kinds.filter((kind, place) => kind !== kinds[place - 1]),
        ['set', 'drop', 'select', 'grants', 'add'],
      )
      const count = (words: RegExp) => left.filter((sql) => words.test(sql)).length
      assert.equal(count(/ drop constraint /), 5)
      assert.equal(
        count(/ add constraint .* REFERENCES public\.documents\(user_id, id\) ON DELETE CASCADE/),
        1,
      )
      assert.equal(count(/ add constraint .* REFERENCES private\.accounts\(id\) ON DELETE CASCADE/), 4)
      assert.equal(count(/colocate_with => 'private\.accounts'/), 6)
      assert.equal(left.indexOf("select create_distributed_table('private.accounts', 'id')"), 7)
      await client.query('insert into pg_dist_partition select unnest($1::regclass[])', [
        ['private.accounts', ...TABLES.filter((table) => table !== 'public.usage_events')],
      ])
      assert.deepEqual(await step.left(client), [
        "set local citus.multi_shard_modify_mode = 'sequential'",
        'set local citus.enable_unsafe_triggers = on',
        "select create_distributed_table('public.usage_events', 'user_id', colocate_with => 'private.accounts')",
        'grants of public.usage_events',
      ])
      await client.query("insert into pg_dist_partition values ('public.usage_events')")
      assert.deepEqual(await step.left(client), [])
    }))

  test('of the search functions: planned with their arguments, once', () =>
    rehearse(async (client) => {
      const left = await SEARCH_PLANS_STEP.left(client)
      assert.equal(left.length, 2)
      await run(client, left)
      assert.deepEqual(await SEARCH_PLANS_STEP.left(client), [])
    }))

  test('are shown as SQL, run once, continued after a failure, and checked', async () => {
    const client = await database().owner.connect()
    try {
      await client.query('create temporary table done (step text primary key)')
      const step = (name: string, statements: string[]): Step => ({
        name,
        async left() {
          const { rows } = await client.query('select from done where step = $1', [name])
          return rows.length > 0 ? [] : statements
        },
      })
      const first = step('first', ["insert into done values ('first')"])
      const second = step('second', ["insert into done values ('second')"])
      const broken = step('second', ["insert into done values ('second')", 'select 1 / 0'])
      const idle = step('third', ['select 1'])
      assert.equal(
        planText(await planSteps(client, [first, second])),
        "-- 1. first\nbegin;\ninsert into done values ('first');\ncommit;\n-- 2. second\nbegin;\ninsert into done values ('second');\ncommit;",
      )
      assert.deepEqual((await client.query('select from done')).rows, [], 'a plan writes nothing')
      await assert.rejects(runSteps(client, [first, broken]), { code: '22012' })
      const ran = await runSteps(client, [first, second])
      assert.deepEqual(
        ran.map(({ statements }) => statements.length),
        [0, 1],
      )
      await assert.rejects(
        runSteps(client, [idle]),
        /the step "third" ran, but this remains to be done: select 1/,
      )
      assert.equal(planText(await planSteps(client, [first])), '-- 1. first: done')
    } finally {
      await client.query('drop table done')
      client.release()
    }
  })
})
