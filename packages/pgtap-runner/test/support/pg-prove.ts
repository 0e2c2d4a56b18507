import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export type Verdict = {
  readonly verdict: 'passed' | 'failed' | 'skipped'
  readonly tests: number
  readonly failed: number
}

const execute = promisify(execFile)

export async function hasPgProve(): Promise<boolean> {
  const found = await Promise.all(
    ['pg_prove', 'psql'].map((program) =>
      execute(program, ['--version']).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.every(Boolean)
}

/** Runs the real pg_prove on one file. */
export async function askPgProve(url: string, file: string, cwd: string): Promise<Verdict> {
  const { hostname, port, username, password, pathname } = new URL(url)
  const args = ['-h', hostname, '-p', port, '-U', username, '-d', pathname.slice(1), file]
  const { stdout } = await execute('pg_prove', args, {
    cwd,
    env: { ...process.env, LC_ALL: 'C.UTF-8', PGPASSWORD: decodeURIComponent(password) },
  }).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }))
  if (/^Bailout called|FAILED--Further testing stopped/m.test(stdout))
    return { verdict: 'failed', tests: -1, failed: -1 }
  const result = /^Result: (\w+)/m.exec(stdout)?.[1]
  const tests = /^Files=1, Tests=(\d+)/m.exec(stdout)?.[1]
  if (!result || !tests) throw new Error(`pg_prove printed no result for ${file}: ${stdout}`)
  const failed = /Wstat: .*Tests: \d+ Failed: (\d+)\)/.exec(stdout)?.[1]
  const verdict = result === 'FAIL' ? 'failed' : /\.\. skipped/.test(stdout) ? 'skipped' : 'passed'
  return { verdict, tests: Number(tests), failed: Number(failed ?? 0) }
}
