import { readFileSync } from 'node:fs'
import { failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../../../../db/paths.ts'

const FILE = 'tests/mutants/equivalents.json'

/** Mutants that change nothing which anybody could see or do: their names, each with the reason, checked by hand. */
export function readEquivalents(): ReadonlyMap<string, string> {
  const list: unknown = JSON.parse(readFileSync(inRoot(FILE), 'utf8'))
  if (!Array.isArray(list)) throw failed(`${FILE} is not a list`)
  return new Map(list.map(entry))
}

function entry(item: unknown): [string, string] {
  if (typeof item === 'object' && item !== null && 'mutant' in item && 'reason' in item) {
    const { mutant, reason } = item
    if (typeof mutant === 'string' && typeof reason === 'string' && reason.length > 20)
      return [mutant, reason]
  }
  throw failed(`${FILE}: each entry has "mutant" (operator: subject) and "reason" (a sentence)`)
}
