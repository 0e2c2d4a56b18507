import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { generateTypescript, sortGeneratorMetadata } from '@supabase/postgrest-typegen/generation'
import { introspect } from '@supabase/postgrest-typegen/introspection'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { readCatalogAtOnce } from 'type-contract/catalog.ts'
import { supabaseModule } from 'type-contract/supabase.ts'
import { introspectForTypegen } from 'type-contract/typegen-introspection.ts'
import { TYPES_SETTINGS } from '../../db/types-settings.ts'
import { useTestDatabase } from '../support/database.ts'
import { compareLines, DIFFERENCES } from './differences.ts'

// What `supabase gen types` runs is postgres-meta, and for types postgres-meta runs @supabase/postgrest-typegen.

describe('Database', () => {
  const database = useTestDatabase(async ({ owner }) => {
    await owner.query(
      'create table public.notes (id uuid primary key, about jsonb not null, tags text[] not null)',
    )
  })

  test('is what the Supabase CLI prints, but for the differences that are listed', async () => {
    const { theirs, ours } = await withOwnerClient(database().connection, async (client) => {
      const metadata = sortGeneratorMetadata(await introspect(client, { includedSchemas: ['public'] }))
      return {
        theirs: typesOf(await generateTypescript(metadata, { detectOneToOneRelationships: true })),
        ours: typesOf(
          (await supabaseModule(await readCatalogAtOnce(client, TYPES_SETTINGS), TYPES_SETTINGS)).dts,
        ),
      }
    })
    assert.deepEqual(
      compareLines(theirs, ours),
      DIFFERENCES.map(({ why }) => why).sort(),
      'a listed difference is not there',
    )
  })

  test('is made from what the library itself would have read', async () => {
    await withOwnerClient(database().connection, async (client) => {
      const ours = await introspectForTypegen(client, 'public')
      const theirs = await introspect(client, { includedSchemas: ['public'] })
      assert.deepEqual(inAnyOrder(ours), inAnyOrder(theirs))
    })
  })
})

/** Arguments of functions by name: the library reads them in the order of whatever plan PostgreSQL takes. */
function inAnyOrder<T extends { functions: readonly { args: readonly { name: string }[] }[] }>(metadata: T) {
  const functions = metadata.functions.map((each) => ({
    ...each,
    args: each.args.toSorted((a, b) => a.name.localeCompare(b.name)),
  }))
  return { ...metadata, functions }
}

/** Lines of the declarations, without the comment before and the constants behind them. */
function typesOf(printed: string): string[] {
  const text = printed.replace(/^\/\/.*\n\n/, '')
  return text
    .slice(0, text.search(/export (declare )?const Constants/))
    .split('\n')
    .map((line) => line.trim())
}
