import { readSections } from './sections.ts'
import { parseSection, type Section } from './statements.ts'

/** A file in the folder of migrations. */
export interface Source {
  /** The file name. */
  name: string
  /** Its path, for messages. */
  path: string
  text: string
}

/** A migration as the rules see it. */
export interface Migration extends Source {
  /** The digits at the start of the name. */
  version: string
  byteOrderMark: boolean
  /** The text above the first marker. */
  head: string
  /** In file order. */
  sections: readonly Section[]
  /** The first section of each kind: the only one that runs. */
  up: Section | undefined
  down: Section | undefined
}

/** Reads a file. The parser must be loaded. */
export function readMigration(source: Source): Migration {
  const byteOrderMark = source.text.startsWith('\ufeff')
  const text = (byteOrderMark ? source.text.slice(1) : source.text).replaceAll('\r\n', '\n')
  const { head, sections: texts } = readSections(text)
  const sections = texts.map(parseSection)
  return {
    ...source,
    version: /^\d*/.exec(source.name)?.[0] ?? '',
    byteOrderMark,
    head,
    sections,
    up: sections.find(({ direction }) => direction === 'up'),
    down: sections.find(({ direction }) => direction === 'down'),
  }
}
