import type pg from 'pg'

/** The result of one check. `diagnosis` is missing when the check passed. */
export interface Verdict {
  name: string
  diagnosis?: string
  /** The row count or SQLSTATE, where the diagnosis is that it is another one. */
  code?: string
}

/** The result of one file. */
export interface FileReport {
  file: string
  passed: number
  failures: Verdict[]
  milliseconds: number
}

/** Options of a part. */
export interface PartOptions {
  /** Try every form as every actor. By default, actors that differ only in their claims try only the plain forms. */
  exhaustive?: boolean
}

/** A group of checks, reported as one file. It runs in its own transaction, which is rolled back. */
export interface Part {
  file: string
  run(client: pg.Client, options: PartOptions): AsyncGenerator<Verdict>
}

/** Facts of the catalog by subject, as readable lines. */
export type Facts = ReadonlyMap<string, readonly string[]>

/** Groups rows of `subject, fact`. A null fact records only that the subject exists. */
export async function readFacts(client: pg.Client, sql: string, values: unknown[] = []): Promise<Facts> {
  const { rows } = await client.query<{ subject: string; fact: string | null }>(sql, values)
  const facts = new Map<string, string[]>()
  for (const { subject, fact } of rows) {
    const list = facts.get(subject) ?? []
    if (fact !== null) list.push(fact)
    facts.set(subject, list)
  }
  return facts
}

/** Compares two sets of lines and reports missing and unexpected ones. */
export function compare(name: string, actual: readonly string[], expected: readonly string[]): Verdict {
  const unexpected = actual.filter((line) => !expected.includes(line))
  const missing = expected.filter((line) => !actual.includes(line))
  if (unexpected.length + missing.length === 0) return { name }
  return {
    name,
    diagnosis: [
      ...unexpected.map((line) => `should not be: ${line}`),
      ...missing.map((line) => `missing:       ${line}`),
    ].join('\n'),
  }
}

/** Returns one verdict per subject. A subject on one side only fails. */
export function* compareFacts(
  aspect: string,
  actual: Facts,
  expected: Facts,
  unknown: (subject: string) => string,
): Generator<Verdict> {
  for (const subject of new Set([...expected.keys(), ...actual.keys()])) {
    const name = `${aspect} ${subject}`
    const have = actual.get(subject)
    const want = expected.get(subject)
    if (!want) yield { name, diagnosis: [unknown(subject), ...(have ?? [])].join('\n') }
    else if (!have) yield { name, diagnosis: `${subject} is missing in the database` }
    else yield compare(name, have, want)
  }
}
