import type { FunctionNotes } from 'schema-site/functions-page.ts'
import type { Func, Model } from 'schema-site/model.ts'
import { contractOf } from 'type-contract/contract.ts'
import { TYPES_SETTINGS } from '../types-settings.ts'
import { requestsSection } from './requests.ts'

/** The TypeScript types of the functions in schema public, and the edge functions that call them. */
export function functionNotes({ catalog }: Model): FunctionNotes {
  const functions = catalog ? contractOf(catalog, TYPES_SETTINGS).functions : {}
  return {
    typescript: ({ schema, name, signature }: Func) => {
      const inputs = signature.slice(signature.indexOf('(') + 1, -1)
      const contract = functions[name] ?? functions[`${name}(${inputs})`]
      if (schema !== TYPES_SETTINGS.schema || !contract) return undefined
      const given = Object.entries(contract.arguments).map(
        ([key, { type, optional }]) => `${key}${optional ? '?' : ''}: ${type}`,
      )
      const columns = Object.entries(contract.returns).map(([key, type]) => `${key}: ${type} | null`)
      return `${name}({ ${given.join(', ')} }): { ${columns.join('; ')} }[]`
    },
    more: requestsSection,
  }
}
