import { assertion, literal, testFile } from './sql-text.ts'
import type { Structure } from './structure.ts'

/** The pgTAP file that pins every function: its signature, its settings and a fingerprint of its body. */
export function functionsTest({ functions }: Structure): string {
  return testFile(
    'The functions: another fingerprint means another body, so review its callers.',
    functions.map(({ signature, definition }) =>
      assertion(
        'is',
        `pg_temp.definition_of(${literal(signature)})`,
        literal(definition),
        literal(
          signature.startsWith('auth.')
            ? `${signature} is the platform's`
            : `${signature} is as it was reviewed`,
        ),
      ),
    ),
  )
}
