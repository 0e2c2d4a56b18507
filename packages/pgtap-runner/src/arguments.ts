import { parseArgs } from 'node:util'
import { validName } from './psql/variables.ts'
import { type ReporterName, reporterNames } from './reporters/create-reporter.ts'
import type { RunOptions } from './run-options.ts'
import { UsageError } from './usage-error.ts'
import { wholeNumber } from './whole-number.ts'

export const help = `pgtap-runner [options] [files, folders or globs…]

  --url URL                where to run; default: DATABASE_URL, else the PG* variables
  --jobs N                 parallel connections; default: the number of cores
  --isolation MODE         rollback (default): a transaction per file, always rolled back
                           clone: a copy of the database per file
  --install-pgtap          load pgTAP for the run if it is missing, then remove it
  --filter REGEX           only files whose name matches
  --bail [N]               stop after N failed files (default 1)
  --timeout DURATION       per file: 500ms, 30s, 2m
  --shuffle SEED           run the files in the order of this seed, a number
  --watch                  run again when a file changes
  --reporter NAME[=FILE]   ${reporterNames.join(', ')}; may be given several times
  --set NAME=VALUE         psql variable
  --root FOLDER            a further folder that \\i and \\ir may read
  --notices                show NOTICEs and warnings (spec)
  --version, --help

Exit codes: 0 all passed and a test ran, 1 a file failed, 2 wrong usage or environment, 130 interrupted.
`

export type ReporterChoice = { readonly name: ReporterName; readonly file: string | undefined }

export type CommandLine = {
  readonly action: 'run' | 'help' | 'version'
  readonly options: RunOptions
  readonly reporters: readonly ReporterChoice[]
  readonly watch: boolean
  readonly notices: boolean
}

const definitions = {
  url: { type: 'string' },
  jobs: { type: 'string', short: 'j' },
  isolation: { type: 'string' },
  'install-pgtap': { type: 'boolean' },
  filter: { type: 'string' },
  bail: { type: 'string' },
  timeout: { type: 'string' },
  shuffle: { type: 'string' },
  watch: { type: 'boolean' },
  reporter: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  root: { type: 'string', multiple: true },
  notices: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads the command line. @throws UsageError with one line on what is wrong */
export function readArguments(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(completeBail(argv))
  const { isolation } = values
  if (isolation !== undefined && isolation !== 'rollback' && isolation !== 'clone') {
    throw new UsageError(`--isolation is rollback or clone, not ${isolation}`)
  }
  const action = values.help ? 'help' : values.version ? 'version' : 'run'
  if (action === 'run' && positionals.length === 0) {
    throw new UsageError('name the files, folders or globs to run; --help lists the options')
  }
  return {
    action,
    reporters: (values.reporter ?? ['spec']).map(readReporter),
    watch: values.watch === true,
    notices: values.notices === true,
    options: {
      files: positionals,
      url: values.url,
      jobs: optionalNumber('--jobs', values.jobs, 1),
      isolation,
      installPgtap: values['install-pgtap'] === true,
      filter: readFilter(values.filter),
      bail: optionalNumber('--bail', values.bail, 1),
      timeoutMs: readDuration(values.timeout),
      shuffle: optionalNumber('--shuffle', values.shuffle, 0),
      variables: Object.fromEntries((values.set ?? []).map(readVariable)),
      roots: values.root,
    },
  }
}

/** Allows `--bail` without a number, which parseArgs cannot express. */
function completeBail(argv: readonly string[]): string[] {
  return argv.map((arg, i) => (arg === '--bail' && !/^\d+$/.test(argv[i + 1] ?? '') ? '--bail=1' : arg))
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: definitions, allowPositionals: true })
  } catch (error) {
    const message = error instanceof Error ? error.message.split(/\. |\n/)[0] : String(error)
    throw new UsageError(`${message}; --help lists the options`)
  }
}

function optionalNumber(name: string, text: string | undefined, least: number): number | undefined {
  return text === undefined ? undefined : wholeNumber(name, text, least)
}

const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, '': 1_000 }

function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
  const ms = Number(number) * (units[unit] ?? 0)
  if (!(ms > 0)) throw new UsageError(`--timeout must be a duration such as 500ms, 30s or 2m, not ${text}`)
  return ms
}

function readFilter(text: string | undefined): RegExp | undefined {
  try {
    return text === undefined ? undefined : new RegExp(text)
  } catch {
    throw new UsageError(`--filter is not a regular expression: ${text}`)
  }
}

function readReporter(text: string): ReporterChoice {
  const [, given = text, file] = /^([a-z]+)[=:](.+)$/.exec(text) ?? []
  const name = reporterNames.find((known) => known === given)
  if (!name) throw new UsageError(`unknown reporter ${given}: choose from ${reporterNames.join(', ')}`)
  return { name, file }
}

function readVariable(text: string): [string, string] {
  const [, name = text, value = ''] = /^([^=]*)=([\s\S]*)$/.exec(text) ?? []
  if (!validName.test(name)) throw new UsageError(`--set needs NAME=VALUE, not ${text}`)
  return [name, value]
}
