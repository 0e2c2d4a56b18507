import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type pg from 'pg'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { STEPS } from '../../db/distribute/distribute.ts'
import { type Clone, cloneRepository } from '../support/clone.ts'
import { ask, connection, prepareCluster, skip } from './cluster.ts'
import { makePeople, type People, removePeople } from './people.ts'

/** A column, an index, a policy and a function, on tables that are distributed. */
const CHANGES = `-- migrate:up

-- The language of a document.

alter table public.documents add column language text not null default 'en';

comment on column public.documents.language is 'Language, such as en.';

create index documents_user_id_language_idx on public.documents (user_id, language);

create policy documents_select_shared on public.documents
    as permissive
    for select
    to authenticated
    using (language = 'shared');

grant insert (language), update (language) on table public.documents to authenticated;

create function public.count_languages() returns bigint
    language plpgsql
    stable
    security invoker
    set search_path = pg_catalog, pg_temp
as $$
begin
    return (select count(distinct language) from public.documents where user_id = private.caller_id());
end
$$;

revoke execute on function public.count_languages() from public, anon, service_role;
grant execute on function public.count_languages() to authenticated;

-- migrate:down

drop function public.count_languages();
drop policy documents_select_shared on public.documents;
alter table public.documents drop column language;
`

const RESTRICTIVE = `-- migrate:up
create policy documents_drafts_only on public.documents as restrictive for select to authenticated using (false);

-- migrate:down
drop policy documents_drafts_only on public.documents;
`

describe('migrations of a distributed database', { skip }, () => {
  let owner: pg.Client
  let people: People

  before(async () => {
    await prepareCluster()
    owner = await connectOwner(connection)
    people = await makePeople(owner)
  })

  after(async () => {
    if (!owner) return
    await removePeople(owner, people)
    await owner.end()
  })

  test('make migrate distributes a new table, and takes a new column, index, policy and function', async (t) => {
    const clone = cloneRepository(t)
    const run = (...args: string[]) => {
      const { code, output } = clone.make(...args)
      assert.equal(code, 0, output)
      return output
    }
    const newest = await newestVersion()
    const url = `DATABASE_URL=${connection.url.href}`
    useRulesOfCitus(clone)
    run('new', 'name=tags')
    run('new', 'name=language', 'EMPTY=1')
    addLanguage(clone)
    run('new', 'name=source', 'COLUMN=documents.source')
    run('new', 'name=status', 'CHECK=documents.processing_status')
    run('sum')
    try {
      assert.match(run('migrate', url), /6 applied[\s\S]*public\.tags: \d+ shards/)
      assert.match(run('distribute', url), /Every step was already done/)
      await checkTags()
      await checkLanguage()
    } finally {
      while ((await newestVersion()) !== newest) run('rollback', url, 'FORCE=1')
    }
    await owner.query('set search_path = pg_catalog')
    for (const { name, left } of STEPS) assert.deepEqual(await left(owner), [], name)
  })

  test('make migrate refuses a restrictive policy, which would be permissive on the workers', async (t) => {
    const clone = cloneRepository(t)
    const newest = await newestVersion()
    clone.make('new', 'name=drafts_only', 'EMPTY=1')
    fill(clone, 'drafts_only', RESTRICTIVE)
    clone.make('sum')
    const { code, output } = clone.make('migrate', `DATABASE_URL=${connection.url.href}`)
    assert.match(
      output,
      /a policy of a distributed table is restrictive: Citus makes it permissive[\s\S]*Write the condition/,
    )
    assert.match(output, /0A000/)
    assert.notEqual(code, 0)
    assert.equal(await newestVersion(), newest)
    const { rows } = await owner.query("select from pg_policy where polname = 'documents_drafts_only'")
    assert.deepEqual(rows, [])
  })

  async function newestVersion(): Promise<string | undefined> {
    const { rows } = await owner.query<{ version: string }>(
      'select max(version) as version from dbmate.schema_migrations',
    )
    return rows[0]?.version
  }

  async function checkTags(): Promise<void> {
    const { ada, ben } = people
    const { rows } = await owner.query<{ together: boolean }>(
      `select count(distinct colocationid) = 1 as together from pg_dist_partition
       where logicalrelid in ('public.tags'::regclass, 'public.documents'::regclass)`,
    )
    assert.equal(rows[0]?.together, true)
    await owner.query("insert into public.tags (user_id, name) values ($1, 'hers'), ($2, 'his')", [ada, ben])
    assert.deepEqual(await ask(owner, ada, 'select name from public.tags'), ['hers'])
    assert.deepEqual(await ask(owner, ben, "insert into public.tags (name) values ('new') returning name"), [
      'new',
    ])
    assert.equal(
      await ask(owner, ben, `insert into public.tags (user_id, name) values ('${ada}', 'x')`),
      '42501',
    )
    assert.equal(
      await ask(owner, ben, "insert into public.tags (name, created_at) values ('x', now())"),
      '42501',
    )
    assert.equal(await ask(owner, ada, 'select from public.tags', 'anon'), '42501')
  }

  async function checkLanguage(): Promise<void> {
    const { ada, ben } = people
    assert.deepEqual(await ask(owner, ada, 'select language from public.documents'), ['en'])
    assert.deepEqual(await ask(owner, ada, 'select public.count_languages()'), ['1'])
    assert.deepEqual(
      await ask(
        owner,
        ada,
        `update public.documents set language = 'cy' where user_id = '${ada}' returning language`,
      ),
      ['cy'],
    )
    await owner.query("update public.documents set language = 'shared' where user_id = $1", [ben])
    const seen = await ask(owner, ada, 'select user_id from public.documents order by user_id')
    assert.deepEqual(seen, [ada, ben].toSorted())
    assert.deepEqual(await ask(owner, ben, 'select user_id from public.documents'), [ben])
    const { rows } = await owner.query<{ shards: string }>(
      `select sum(result::int) as shards from run_command_on_workers(
         $$select count(*) from pg_indexes where indexname like 'documents\\_user\\_id\\_language\\_idx\\_%'$$)`,
    )
    assert.notEqual(rows[0]?.shards, '0', 'the index is on the shards')
    assert.equal(await ask(owner, ada, 'select public.count_languages()', 'anon'), '42501')
    await checkStatistics()
  }

  /** EXPLAIN shows estimates of shards: no node may know which languages others use. */
  async function checkStatistics(): Promise<void> {
    const targets = `select json_agg(coalesce(attstattarget, -1)) from pg_attribute join pg_class on attrelid = pg_class.oid
      where relname ~ '^documents(_[0-9]+)?$' and attname = 'language'`
    const { rows } = await owner.query<{ result: string }>(
      'select result from run_command_on_all_nodes($1)',
      [targets],
    )
    const found = rows.flatMap(({ result }): unknown => JSON.parse(result))
    assert.ok(found.length > 3, 'the coordinator, the workers and their shards')
    assert.deepEqual(new Set(found), new Set([0]))
  }
})

/** As a repository whose database is distributed has it. */
function useRulesOfCitus({ folder }: Clone): void {
  const settings = join(folder, 'db', 'lint', 'settings.ts')
  const text = readFileSync(settings, 'utf8')
  writeFileSync(
    settings,
    text.replace('versionDigits: 14,', "versionDigits: 14,\n  distributedBy: 'user_id',"),
  )
}

/** Writes an empty migration. */
function fill({ folder }: Clone, name: string, sql: string): void {
  const migrations = join(folder, 'migrations')
  const file = readdirSync(migrations).find((each) => each.endsWith(`_${name}.sql`))
  assert.ok(file)
  writeFileSync(join(migrations, file), sql)
}

/** Writes the migration of the column, and adds it to the intent. */
function addLanguage(clone: Clone): void {
  fill(clone, 'language', CHANGES)
  const { folder } = clone
  const access = join(folder, 'db', 'access.ts')
  const text = readFileSync(access, 'utf8')
    .replace(/( {6}'storage_path',\n {6}'created_at',\n {6}'updated_at',)/, "$1\n      'language',")
    .replace("        'storage_path',\n      ],", "        'storage_path',\n        'language',\n      ],")
    .replace("'content_text', 'storage_path'],", "'content_text', 'storage_path', 'language'],")
  assert.equal(text.match(/'language'/g)?.length, 3)
  writeFileSync(access, text)
}
