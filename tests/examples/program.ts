import type { PublicFunction } from './extract.ts'

/** Declarations for every example: the claims of a verified token, and a document of that account. */
export const CONTEXT = `import type { Claims } from '@centrid/db'

declare global {
  const claims: Claims
  const documentId: string
}
`

/** Each example as a separate module, by file name. */
export function exampleFiles(functions: readonly PublicFunction[]): Record<string, string> {
  return Object.fromEntries(
    functions.flatMap((each) =>
      each.examples.map((example, n) => [
        `${each.package.replace('@', '').replace('/', '-')}-${each.name}-${n + 1}.ts`,
        imported(each, example),
      ]),
    ),
  )
}

/** Adds the import of the function to an example without imports. */
function imported({ name, package: from }: PublicFunction, example: string): string {
  return /^import /m.test(example)
    ? `${example}\n`
    : `import { ${name} } from '${from}'\n\n${example}\nexport {}\n`
}

const EXPECTATION = /^(?<expression>.+) \/\/ → (?<value>.+)$/

/** Turns each line `expression // → value` of the module into an assertion; also returns their number. */
export function asserting(source: string): { source: string; expectations: number } {
  let expectations = 0
  const lines = source.split('\n').map((line) => {
    const { expression, value } = EXPECTATION.exec(line)?.groups ?? {}
    if (expression === undefined || value === undefined) return line
    expectations += 1
    return `deepEqual(${expression}, ${value})`
  })
  return { source: `import { deepEqual } from 'node:assert/strict'\n${lines.join('\n')}`, expectations }
}

/** A program that runs the examples in the order of its arguments, and prints those that fail. */
export const RUNNER = `import { db } from '@centrid/db'

const [sub, documentId, ...examples] = process.argv.slice(2)
Object.assign(globalThis, { claims: { sub }, documentId })
for (const example of examples) {
  await import(\`./\${example}\`).catch((error) => console.log(example, error))
}
await db.destroy()
`
