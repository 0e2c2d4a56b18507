import { readFileSync } from 'node:fs'
import { inRoot } from '../paths.ts'

/**
 * A template with words replaced, as whole names and as parts of names (`example_pkey`).
 *
 * @param file in db/new/templates, without its extension
 */
export function fromTemplate(file: string, words: Readonly<Record<string, string>>): string {
  const text = readFileSync(inRoot('db', 'new', 'templates', `${file}.sql`), 'utf8')
  const word = new RegExp(`(?<![a-z])(${Object.keys(words).join('|')})(?![a-z])`, 'g')
  return Object.keys(words).length === 0 ? text : text.replace(word, (found) => words[found] ?? found)
}
