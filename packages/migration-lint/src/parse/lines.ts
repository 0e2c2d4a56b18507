/** Converts a position, which PostgreSQL counts in bytes, to a line number. */
export function lineFinder(text: string, firstLine: number): (byte: number) => number {
  const bytes = Buffer.from(text)
  return (byte) => {
    let line = firstLine
    for (let at = bytes.indexOf(10); at !== -1 && at < byte; at = bytes.indexOf(10, at + 1)) line++
    return line
  }
}
