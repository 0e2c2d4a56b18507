import { type ParseArgsConfig, parseArgs } from 'node:util'
import { codeOf, messageOf, usageError } from 'postgres-kit/failure.ts'

/** The options and positional arguments that a command accepts, in the format of Node's parseArgs. */
export interface Accepted {
  options?: NonNullable<ParseArgsConfig['options']>
  allowPositionals?: boolean
}

/** The arguments that a command received. */
export type Given<T extends Accepted> = ReturnType<typeof parseArgs<T>>

/**
 * Reads the arguments of this process.
 *
 * @throws Failure (2) for an unknown option, an unexpected argument or a value of the wrong type
 */
export function readArguments<T extends Accepted>(accepted: T): Given<T> {
  try {
    return parseArgs(accepted)
  } catch (error) {
    if (!codeOf(error)?.startsWith('ERR_PARSE_ARGS')) throw error
    // The rest of the message is advice about parseArgs.
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
