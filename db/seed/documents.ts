import { readdirSync, readFileSync } from 'node:fs'
import { inRoot } from '../paths.ts'
import { type Chunk, cutByHeading } from './chunks.ts'
import { nameUuid } from './name-uuid.ts'

/** A Markdown file, ready to be written as a document. */
export interface SeedDocument {
  id: string
  /** Path in node_modules. */
  filename: string
  /** Size of the file in bytes. */
  size: number
  text: string
  chunks: Chunk[]
}

const LONGEST_FILENAME = 255

/**
 * The Markdown files that npm packages ship: real text, on every machine, without a download.
 *
 * @param folder to search, without packages inside packages; the result is sorted by path
 */
export function findDocuments(folder = inRoot('node_modules')): SeedDocument[] {
  return markdownFiles(folder, '')
    .sort()
    .filter((path) => path.length <= LONGEST_FILENAME)
    .map((path) => read(folder, path))
    .filter((document) => document.chunks.length > 0)
}

function markdownFiles(folder: string, below: string): string[] {
  return readdirSync(`${folder}/${below}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${below}${entry.name}`
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return []
    // Symbolic links, which lead to this repository's own packages, are neither files nor directories here.
    if (entry.isDirectory()) return markdownFiles(folder, `${path}/`)
    return entry.isFile() && /\.(?:md|markdown)$/i.test(entry.name) ? [path] : []
  })
}

function read(folder: string, path: string): SeedDocument {
  const bytes = readFileSync(`${folder}/${path}`)
  // PostgreSQL's text has no NUL.
  const text = new TextDecoder().decode(bytes).replaceAll('\0', '')
  return {
    id: nameUuid(`document ${path}`),
    filename: path,
    size: bytes.length,
    text,
    chunks: cutByHeading(text),
  }
}
