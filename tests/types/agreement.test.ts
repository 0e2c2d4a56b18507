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

  test('equals the output of the Supabase CLI, except for the listed differences', async () => {
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
      'a listed difference does not occur',
    )
  })

  test('is generated from the same data as the library itself reads', async () => {
    await withOwnerClient(database().connection, async (client) => {
      const ours = await introspectForTypegen(client, 'public')
      const theirs = await introspect(client, { includedSchemas: ['public'] })
      assert.deepEqual(inAnyOrder(ours), inAnyOrder(theirs))
    })
  })
})

/** Sorts arguments of functions by name, because the library reads them in an order that depends on the query plan. */
function inAnyOrder<T extends { functions: readonly { args: readonly { name: string }[] }[] }>(metadata: T) {
  const functions = metadata.functions.map((each) => ({
    ...each,
    args: each.args.toSorted((a, b) => a.name.localeCompare(b.name)),
  }))
  return { ...metadata, functions }
}

/** Lines of the declarations, without the comment before and the constants after them. */
function typesOf(printed: string): string[] {
  const text = printed.replace(/^\/\/.*\n\n/, '')
  return text
    .slice(0, text.search(/export (declare )?const Constants/))
    .split('\n')
    .map((line) => line.trim())
}
