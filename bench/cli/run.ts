import { spawnSync } from 'node:child_process'
import { failed } from 'postgres-kit/failure.ts'

/** A program that ran to its end. */
export interface Run {
  /** Wall-clock time of the whole process. */
  milliseconds: number
  /** Its output, on both streams. */
  output: string
}

/**
 * Runs a program and times it.
 *
 * @throws Failure (1) with its output if it does not exit with 0, because the time of a failure is meaningless
 */
export function timed(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Run {
  const start = performance.now()
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...plainEnvironment(), ...environment },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const milliseconds = performance.now() - start
  if (error) throw failed(`${program} did not start: ${error.message}`, error)
  const output = `${stdout}${stderr}`
  if (status !== 0) throw failed(`${program} failed (exit ${status}):\n${output.trim().slice(-2000)}`)
  return { milliseconds, output }
}

/** The environment without this project's settings and without make's variables. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const hidden = /^(?:DATABASE_URL|APP_DATABASE_URL|PG.*|MAKE.*|MFLAGS|npm_.*|FORCE|DEBUG)$/
  const kept = Object.entries(process.env).filter(
    ([name]) => !hidden.test(name) || name === 'npm_config_registry',
  )
  return { ...Object.fromEntries(kept), DO_NOT_TRACK: '1', SUPABASE_TELEMETRY_DISABLED: '1', NO_COLOR: '1' }
}
