/** A marker of dbmate: a line `-- migrate:up` or `-- migrate:down`, followed by options. */
export interface Marker {
  direction: 'up' | 'down'
  /** From 1. */
  line: number
  transaction: boolean
}

/** The text between a marker and the next one, or the end of the file. */
export interface SectionText extends Marker {
  sql: string
}

/** A file as dbmate reads it. */
export interface Sections {
  /** The text above the first marker. dbmate never runs it. */
  head: string
  sections: readonly SectionText[]
}

// dbmate reads lines, not SQL: it also takes a line inside a string for a marker.
// https://github.com/amacneil/dbmate, pkg/dbmate/migration.go
const MARKER = /^--\s*migrate:(up|down)(?:\s+(.*))?$/

/** Splits a file at its markers. */
export function readSections(text: string): Sections {
  const lines = text.split('\n')
  const markers = lines.flatMap((line, index) => {
    const found = MARKER.exec(line.trimEnd())
    if (!found) return []
    const direction = found[1] === 'up' ? 'up' : 'down'
    const transaction = !(found[2] ?? '').includes('transaction:false')
    return [{ direction, line: index + 1, transaction } satisfies Marker]
  })
  const until = (index: number) => (markers[index]?.line ?? lines.length + 1) - 1
  return {
    head: lines.slice(0, until(0)).join('\n'),
    sections: markers.map((marker, index) => ({
      ...marker,
      sql: lines.slice(marker.line, until(index + 1)).join('\n'),
    })),
  }
}
