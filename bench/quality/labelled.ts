import { readFileSync } from 'node:fs'
import { failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../../db/paths.ts'
import type { SeedDocument } from '../../db/seed/documents.ts'
import { nameUuid } from '../../db/seed/name-uuid.ts'
import type { Grades } from './score.ts'

/** A query with what answers it, written by hand from the corpus of `make seed`. */
export interface Labelled {
  /** What the query is about, such as `phrase`. */
  kind: string
  search: 'chunks' | 'documents'
  query: string
  /** Files, or of chunks `file § how the section's title begins`. */
  best: readonly string[]
  /** What is near to the answer. */
  also?: readonly string[]
}

/** The labelled set of bench/quality/labelled.json. */
export function readLabelled(): Labelled[] {
  return JSON.parse(readFileSync(inRoot('bench', 'quality', 'labelled.json'), 'utf8'))
}

/**
 * The ids of a query's answers.
 *
 * @throws Failure (1) if the corpus does not have one any more
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
