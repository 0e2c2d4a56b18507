import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { withSupabaseDatabase } from './shaped-database.ts'

const ACCOUNT = 'a0000000-0000-4000-8000-0000000000fe'

test('an account that Supabase Auth adds gets a profile, and deleting the account deletes its data', async () => {
  await withSupabaseDatabase((database) =>
    withOwnerClient(database, async (client) => {
      const rows = async (table: string) =>
        (await client.query(`select from public.${table} where user_id = '${ACCOUNT}'`)).rowCount
      // The login of Supabase Auth has no privilege on the project's tables, and its own search_path.
      const asAuth = (sql: string) =>
        client.query(
          `begin; set local role supabase_auth_admin; set local search_path = auth; ${sql}; commit`,
        )
      await asAuth(`insert into users (id, email) values ('${ACCOUNT}', 'somebody@example.com')`)
      assert.equal(await rows('user_profiles'), 1)
      await client.query(`insert into public.agent_sessions (user_id) values ('${ACCOUNT}')`)
      await assert.rejects(asAuth('select from public.agent_sessions'), { code: '42501' })
      await client.query('rollback')
      await asAuth(`delete from users where id = '${ACCOUNT}'`)
      assert.deepEqual([await rows('user_profiles'), await rows('agent_sessions')], [0, 0])
    }),
  )
})
