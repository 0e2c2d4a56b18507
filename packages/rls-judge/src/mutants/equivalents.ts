import { failed } from 'postgres-kit/failure.ts'

/**
 * Reads the names of equivalent mutants, each with a reason, reviewed by hand. An equivalent mutant has no observable effect.
 *
 * @param text a JSON list of `{ "mutant": "operator: subject", "reason": "a sentence" }`
 * @param file its name, for messages
 */
export function parseEquivalents(text: string, file: string): ReadonlyMap<string, string> {
  const list: unknown = JSON.parse(text)
  if (!Array.isArray(list)) throw failed(`${file} is not a list`)
  return new Map(list.map((item) => entry(item, file)))
}

function entry(item: unknown, file: string): [string, string] {
  if (typeof item === 'object' && item !== null && 'mutant' in item && 'reason' in item) {
    const { mutant, reason } = item
    if (typeof mutant === 'string' && typeof reason === 'string' && reason.length > 20)
      return [mutant, reason]
  }
  throw failed(`${file}: each entry has "mutant" (operator: subject) and "reason" (a sentence)`)
}
