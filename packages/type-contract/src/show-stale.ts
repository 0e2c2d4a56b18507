import { createTwoFilesPatch } from 'diff'
import type { StaleFile } from './files.ts'

const LINES_SHOWN = 60

/** The pending changes as a unified diff: `-` is committed, `+` is generated from the database. */
export function showStale(stale: readonly StaleFile[]): string {
  return stale.map(showFile).join('\n')
}

function showFile({ path, committed, fresh }: StaleFile): string {
  const patch = createTwoFilesPatch(path, path, committed, fresh, 'committed', 'from the database', {
    context: 2,
  })
  const lines = patch.trimEnd().split('\n').slice(2)
  if (lines.length <= LINES_SHOWN) return lines.join('\n')
  return [...lines.slice(0, LINES_SHOWN), `… and ${lines.length - LINES_SHOWN} lines more`].join('\n')
}
