import { scanSync } from 'libpg-query'

/**
 * Extracts `CHECK (…)` from SQL, given the position of its constraint from PostgreSQL's parser.
 *
 * @param sql its parser must be loaded
 */
export function checkSlicer(sql: string): (location: number) => string {
  // The parser counts bytes.
  const bytes = Buffer.from(sql)
  const { tokens } = scanSync(sql)
  return (location) => {
    const first = tokens.findIndex(({ start, text }) => start >= location && text.toLowerCase() === 'check')
    let depth = 0
    for (const { text, end } of tokens.slice(first)) {
      if (text === '(') depth++
      if (text !== ')' || --depth > 0) continue
      return bytes.subarray(tokens[first]?.start, end).toString()
    }
    throw new Error(`no CHECK at byte ${location}`)
  }
}
