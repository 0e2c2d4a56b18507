import { scanSync } from 'libpg-query'

/**
 * Cuts `CHECK (…)` out of SQL, given where PostgreSQL's parser says that its constraint begins.
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
