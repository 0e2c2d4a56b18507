import { misuse } from 'postgres-kit/failure.ts'
import { checkIdentifier } from './names.ts'

/** What a new migration is for. */
export type Change =
  | { kind: 'table' }
  | { kind: 'empty' }
  | { kind: 'column'; table: string; column: string }
  /** `part`: a column, or the name of a constraint. */
  | { kind: 'check'; table: string; part: string }
  | { kind: 'function'; schema: 'public' | 'private'; function: string }

/** The options of `make new`, as typed; unset or empty: not given. */
export interface Options {
  empty?: boolean
  column?: string
  check?: string
  function?: string
}

/** @throws Failure (2) where two options contradict each other, or one is no name */
export function readChange(options: Options): Change {
  const given = [
    options.empty ? 'EMPTY' : '',
    options.column ? 'COLUMN' : '',
    options.check ? 'CHECK' : '',
    options.function ? 'FUNCTION' : '',
  ].filter(Boolean)
  if (given.length > 1)
    throw misuse(`a migration is for one thing, and here are ${given.join(' and ')}: give one`)
  if (options.column) {
    const [table, column] = twoNames('COLUMN=documents.language', options.column)
    return { kind: 'column', table, column }
  }
  if (options.check) {
    const [table, part] = twoNames('CHECK=documents.processing_status', options.check)
    return { kind: 'check', table, part }
  }
  if (options.function) return readFunction(options.function)
  return options.empty ? { kind: 'empty' } : { kind: 'table' }
}

function twoNames(example: string, given: string): [string, string] {
  const [first = '', second, more] = given.split('.')
  if (second === undefined || more !== undefined)
    throw misuse(`"${given}" is not a table and a column: write ${example}`)
  return [checkIdentifier(first), checkIdentifier(second)]
}

function readFunction(given: string): Change {
  const parts = given.split('.')
  const [schema, name = ''] = parts.length === 1 ? ['public', parts[0]] : parts
  if ((schema !== 'public' && schema !== 'private') || parts.length > 2)
    throw misuse(`"${given}" is not a function of schema public or private: write FUNCTION=search_tags`)
  return { kind: 'function', schema, function: checkIdentifier(name) }
}
