import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type Exit = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

export const builtCli = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url))

/** The Node.js that runs the command; the variable selects another version. */
export const nodeUnderTest = process.env.PGTAP_RUNNER_TEST_NODE ?? process.execPath

/** Runs the built command. `while` may act on the running process. */
export async function runCli(
  args: readonly string[],
  options: {
    cwd?: string
    env?: NodeJS.ProcessEnv
    cli?: string
    during?: (child: ReturnType<typeof spawn>) => Promise<void>
  } = {},
): Promise<Exit> {
  const { DATABASE_URL: _, ...env } = process.env
  const child = spawn(nodeUnderTest, [options.cli ?? builtCli, ...args], {
    cwd: options.cwd,
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  await options.during?.(child)
  return { code: await closed, stdout, stderr }
}
