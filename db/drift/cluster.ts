import type pg from 'pg'
import type { Catalog, CatalogObject } from 'schema-change/catalog/object.ts'
import { ACCOUNTS, ACCOUNTS_STEP } from '../distribute/accounts.ts'
import { ACT_AS_STEP } from '../distribute/act-as.ts'
import { revocations } from '../distribute/default-privileges.ts'
import { DISTRIBUTED } from '../distribute/distribute.ts'
import { ROLES } from '../distribute/logins.ts'
import { policiesStep } from '../distribute/policies.ts'
import { SEARCH_PLANS_STEP } from '../distribute/search-plans.ts'
import { readForeignKeys } from '../distribute/tables.ts'

/** Makes a migrated database like the coordinator's after `make distribute`, as far as that needs no cluster. */
export async function imitateCoordinator(client: pg.Client): Promise<void> {
  const tables = Object.keys(DISTRIBUTED)
  // With this search_path, names are printed with their schema.
  await client.query('set search_path = pg_catalog')
  for (const { left } of [policiesStep(tables), ACCOUNTS_STEP, SEARCH_PLANS_STEP, ACT_AS_STEP])
    for (const sql of await left(client)) await client.query(sql)
  const { rows } = await client.query<{ statements: string[] }>(revocations(false))
  for (const sql of rows[0]?.statements ?? []) await client.query(sql)
  for (const { tablename, name, definition } of await readForeignKeys(client, tables)) {
    if (!definition.includes(ACCOUNTS)) continue
    const constraint = client.escapeIdentifier(name)
    await client.query(
      `alter table ${tablename} drop constraint ${constraint}, add constraint ${constraint} ${definition}`,
    )
  }
  await client.query('reset search_path')
}

/** Adds what belongs to the whole server: the logins between nodes. */
export function withLogins(catalog: Catalog): Catalog {
  const changed = (object: CatalogObject): CatalogObject =>
    object.kind === 'role' && ROLES.some((role) => role === object.name)
      ? { ...object, facts: { ...object.facts, login: 'yes' } }
      : object
  return new Map([...catalog].map(([key, object]) => [key, changed(object)]))
}

/** Leaves out the extension and its triggers. */
export function withoutCitus(catalog: Catalog): Catalog {
  const isTheirs = ({ kind, name }: CatalogObject) =>
    (kind === 'extension' && name === 'citus') || (kind === 'trigger' && / on pg_dist_\w+$/.test(name))
  return new Map([...catalog].filter(([, object]) => !isTheirs(object)))
}
