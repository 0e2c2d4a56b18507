const have = /^\s*(?:have|caught|got):\s?(.*)$/
const want = /^\s*(?:want|wanted|expected):\s?(.*)$/

/** Finds pgTAP's have/want (caught/wanted for exceptions) in a diagnosis. */
export function readDiagnosis(lines: readonly string[]): { have?: string; want?: string } {
  const first = (pattern: RegExp) => {
    for (const line of lines) {
      const found = pattern.exec(line)
      if (found) return found[1] ?? ''
    }
    return undefined
  }
  const had = first(have)
  const wanted = first(want)
  return { ...(had !== undefined && { have: had }), ...(wanted !== undefined && { want: wanted }) }
}
