/** Finds the line of a place in a text, where PostgreSQL counts bytes. */
export function lineFinder(text: string, firstLine: number): (byte: number) => number {
  const bytes = Buffer.from(text)
  return (byte) => {
    let line = firstLine
    for (let at = bytes.indexOf(10); at !== -1 && at < byte; at = bytes.indexOf(10, at + 1)) line++
    return line
  }
}
