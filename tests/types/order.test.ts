import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { readCatalog } from 'type-contract/catalog.ts'
import { TYPES_SETTINGS } from '../../db/types-settings.ts'
import { withTestDatabase } from '../support/database.ts'

test('columns of a function are in declared order, whatever the query plan', async () => {
  await withTestDatabase(({ connection }) =>
    withOwnerClient(connection, async (client) => {
      for (const settings of [
        'set enable_hashjoin = on',
        'set enable_hashjoin = off',
        'set enable_nestloop = off',
        'set enable_mergejoin = off',
      ]) {
        await client.query(settings)
        await client.query('alter function public.search_chunks(text, integer) cost 100')
        const { functions } = await readCatalog(client, TYPES_SETTINGS)
        const search = functions.find(({ name }) => name === 'search_chunks')
        const names = [...(search?.arguments ?? []), ...(search?.columns ?? [])].map(({ name }) => name)
        assert.deepEqual(
          names,
          [
            'query',
            'max_results',
            'id',
            'document_id',
            'chunk_index',
            'section_title',
            'content',
            'headline',
            'rank',
          ],
          settings,
        )
      }
    }),
  )
})
