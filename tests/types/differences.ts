import assert from 'node:assert/strict'

/** An allowed difference between Database and the output of the Supabase CLI. docs/types.md explains each. */
export interface Difference {
  why: string
  theirs: RegExp
  ours: RegExp
}

export const DIFFERENCES: readonly Difference[] = [
  {
    why: 'a CHECK lists the values',
    theirs: /^\w+\??: string( \| null)?$/,
    ours: /^\w+\??: "\w+"( \| "\w+")*( \| null)?$/,
  },
  {
    why: 'a CHECK says that the JSON is an object or an array',
    theirs: /^\w+\??: NonNullable<Json>$/,
    ours: /^\w+\??: (\{ \[key: string\]: Json \| undefined \}|Json\[\])$/,
  },
  {
    why: "JSON's null is a value that a jsonb column with `not null` may hold",
    theirs: /^\w+\??: NonNullable<Json>$/,
    ours: /^\w+\??: Json$/,
  },
  {
    why: 'a type that the generator does not know is text in JSON',
    theirs: /^\w+\??: unknown$/,
    ours: /^\w+\??: string$/,
  },
  {
    why: 'any element of an array may be null',
    theirs: /^\w+\??: string\[\]$/,
    ours: /^\w+\??: \(string \| null\)\[\]$/,
  },
  {
    why: 'any column of a function may be null',
    theirs: /^\w+: (string|number)$/,
    ours: /^\w+: (string|number) \| null$/,
  },
]

/** Compares declarations line by line; returns the allowed differences that occurred. Any other difference fails. */
export function compareLines(theirs: readonly string[], ours: readonly string[]): string[] {
  assert.equal(ours.length, theirs.length)
  const met = new Set<string>()
  for (const [index, line] of theirs.entries()) {
    if (line === ours[index]) continue
    const known = DIFFERENCES.find((each) => each.theirs.test(line) && each.ours.test(ours[index] ?? ''))
    assert.ok(known, `line ${index + 1}: "${line}" there, "${ours[index]}" here`)
    met.add(known.why)
  }
  return [...met].sort()
}
