import { usageError } from 'postgres-kit/failure.ts'
import { FUNCTIONS } from '../access.ts'
import type { Draft } from './draft.ts'
import { addFunction } from './edit-access.ts'
import { fromTemplate } from './template.ts'

/** A new security invoker function. */
export function newFunction(schema: string, name: string, access: string): Draft {
  const present = Object.keys(FUNCTIONS).find((signature) => signature.startsWith(`${schema}.${name}(`))
  if (present) throw usageError(`db/access.ts has ${present} already: choose another name`)
  const entry = `  '${schema}.${name}(text)': { execute: ['authenticated'], security: 'invoker' },\n`
  return {
    migrations: [{ text: fromTemplate('function', { schema_name: schema, example: name }) }],
    access: addFunction(access, entry),
  }
}
