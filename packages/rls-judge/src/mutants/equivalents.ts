import { failed } from 'postgres-kit/failure.ts'

/**
 * Equivalent mutants: they change nothing that anybody could see or do. Their names, each with the reason, reviewed by hand.
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
