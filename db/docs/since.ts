import { existsSync } from 'node:fs'
import { environmentError } from 'postgres-kit/failure.ts'
import { accessLines } from 'schema-site/access.ts'
import { differenceOf } from 'schema-site/facts.ts'
import type { Model } from 'schema-site/model.ts'
import type { Since } from 'schema-site/since.ts'
import { findBase, withFilesAt } from '../base.ts'
import { SCHEMA_FOLDERS } from '../mutants/changed-files.ts'
import { readStates } from './states.ts'

/**
 * Access that changed since another commit, whose migrations are applied on a separate server.
 *
 * @throws Failure (2) if git does not know the commit, or it has no migrations
 */
export async function accessSince(commit: string, now: Model): Promise<Since> {
  const base = findBase(commit)
  if ('missing' in base) throw environmentError(`BASE is "${commit}", and ${base.missing}`)
  const before = await withFilesAt(base, SCHEMA_FOLDERS, async (folder) => {
    const files = { migrations: `${folder}/migrations`, bootstrap: `${folder}/db/bootstrap` }
    if (!Object.values(files).every(existsSync)) return undefined
    return readStates(files, async (_, states) => states.at(-1)?.model)
  })
  if (!before) throw environmentError(`BASE is "${commit}", which has no migrations: give a later commit`)
  return { name: base.name, difference: differenceOf(accessLines(before), accessLines(now)) }
}
