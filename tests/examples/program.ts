import type { PublicFunction } from './extract.ts'

/** What every example may use beside its imports: the claims of a verified token, and a document of that account. */
export const CONTEXT = `import type { Claims } from '@centrid/db'

declare global {
  const claims: Claims
  const documentId: string
}
`

/** Each example as a module of its own, by file name. */
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

/** An example without imports is about its function alone. */
function imported({ name, package: from }: PublicFunction, example: string): string {
  return /^import /m.test(example)
    ? `${example}\n`
    : `import { ${name} } from '${from}'\n\n${example}\nexport {}\n`
}

const EXPECTATION = /^(?<expression>.+) \/\/ → (?<value>.+)$/

/** The module, with each line `expression // → value` as an assertion; answers how many there are. */
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

/** Runs the examples in the order of its arguments, and says which fail. */
export const RUNNER = `import { db } from '@centrid/db'

const [sub, documentId, ...examples] = process.argv.slice(2)
Object.assign(globalThis, { claims: { sub }, documentId })
for (const example of examples) {
  await import(\`./\${example}\`).catch((error) => console.log(example, error))
}
await db.destroy()
`
