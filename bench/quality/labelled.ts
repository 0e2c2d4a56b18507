import { readFileSync } from 'node:fs'
import { failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../../db/paths.ts'
import type { SeedDocument } from '../../db/seed/documents.ts'
import { nameUuid } from '../../db/seed/name-uuid.ts'
import type { Grades } from './score.ts'

/** A query with its answers, written by hand for the corpus of `make seed`. */
export interface Labelled {
  /** The kind of query, such as `phrase`. */
  kind: string
  search: 'chunks' | 'documents'
  query: string
  /** Files; for chunks, `file § beginning of the section's title`. */
  best: readonly string[]
  /** Partly relevant results. */
  also?: readonly string[]
}

/** The labelled set of bench/quality/labelled.json. */
export function readLabelled(): Labelled[] {
  return JSON.parse(readFileSync(inRoot('bench', 'quality', 'labelled.json'), 'utf8'))
}

/**
 * The ids of a query's answers.
 *
 * @throws Failure (1) if the corpus no longer has one of them
 */
export function gradesOf({ query, best, also = [] }: Labelled, documents: readonly SeedDocument[]): Grades {
  const ids = (label: string, grade: number) => {
    const [file, title] = label.split(' § ')
    const document = documents.find(({ filename }) => filename === file)
    if (document && title === undefined) return [[document.id, grade] as const]
    const found = (document?.chunks ?? []).flatMap((chunk, index) =>
      (chunk.sectionTitle ?? '').startsWith(title ?? '')
        ? [[nameUuid(`chunk ${document?.id} ${index}`), grade] as const]
        : [],
    )
    if (found.length === 0) throw failed(`no "${label}" for the query ${query}: write the label again`)
    return found
  }
  return new Map([...also.flatMap((label) => ids(label, 1)), ...best.flatMap((label) => ids(label, 2))])
}
