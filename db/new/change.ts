import { usageError } from 'postgres-kit/failure.ts'
import { checkIdentifier } from './names.ts'

/** The purpose of a new migration. */
export type Change =
  /** `owner`: the owner column; default: user_id. */
  | { kind: 'table'; rows: 'own' | 'everybody' | 'server'; owner?: string }
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
  rows?: string
  owner?: string
}

/** @throws Failure (2) if two options contradict each other, or a name is invalid */
export function readChange(options: Options): Change {
  const given = [
    options.empty ? 'EMPTY' : '',
    options.column ? 'COLUMN' : '',
    options.check ? 'CHECK' : '',
    options.function ? 'FUNCTION' : '',
    options.rows ? 'ROWS' : '',
    options.owner ? 'OWNER' : '',
  ].filter(Boolean)
  if (given.length > 1)
    throw usageError(`a migration is for one change, but ${given.join(' and ')} are given: give one`)
  if (options.column) {
    const [table, column] = twoNames('COLUMN=documents.language', options.column)
    return { kind: 'column', table, column }
  }
  if (options.check) {
    const [table, part] = twoNames('CHECK=documents.processing_status', options.check)
    return { kind: 'check', table, part }
  }
  if (options.function) return readFunction(options.function)
  if (options.empty) return { kind: 'empty' }
  if (options.owner) return { kind: 'table', rows: 'own', owner: checkIdentifier(options.owner) }
  const { rows = '' } = options
  if (rows !== '' && rows !== 'everybody' && rows !== 'server')
    throw usageError(
      `ROWS is "${rows}": set it to everybody (all users may read) or server, or leave it empty (each user has own rows)`,
    )
  return { kind: 'table', rows: rows || 'own' }
}

function twoNames(example: string, given: string): [string, string] {
  const [first = '', second, more] = given.split('.')
  if (second === undefined || more !== undefined)
    throw usageError(`"${given}" is not a table and a column: write ${example}`)
  return [checkIdentifier(first), checkIdentifier(second)]
}

function readFunction(given: string): Change {
  const parts = given.split('.')
  const [schema, name = ''] = parts.length === 1 ? ['public', parts[0]] : parts
  if ((schema !== 'public' && schema !== 'private') || parts.length > 2)
    throw usageError(`"${given}" is not a function of schema public or private: write FUNCTION=search_tags`)
  return { kind: 'function', schema, function: checkIdentifier(name) }
}
