import { type ParseArgsConfig, parseArgs } from 'node:util'
import { codeOf, messageOf, usageError } from 'postgres-kit/failure.ts'

/** What a command takes, as Node's parseArgs has it. */
export interface Accepted {
  options?: NonNullable<ParseArgsConfig['options']>
  allowPositionals?: boolean
}

/** What a command was given. */
export type Given<T extends Accepted> = ReturnType<typeof parseArgs<T>>

/**
 * Reads the command line of this process.
 *
 * @throws Failure (2) for an option or a word that the command does not take, or a value of another kind
 */
export function readArguments<T extends Accepted>(accepted: T): Given<T> {
  try {
    return parseArgs(accepted)
  } catch (error) {
    if (!codeOf(error)?.startsWith('ERR_PARSE_ARGS')) throw error
    // What follows the first sentence is about parseArgs.
    const [what = ''] = messageOf(error).split(/\. |\n/)
    throw usageError(`${what}: nothing was done. ${taken(accepted)}; "make help" lists the commands`, error)
  }
}

function taken({ options = {}, allowPositionals }: Accepted): string {
  const names = Object.entries(options).map(([name, { type }]) =>
    type === 'string' ? `--${name}=…` : `--${name}`,
  )
  const list = [...names, ...(allowPositionals ? ['a plain argument'] : [])].join(', ')
  return `This command takes ${list || 'no options'}`
}
