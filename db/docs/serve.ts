import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { inRoot } from '../paths.ts'

/** The sources of the site and of its build. */
const WATCHED = ['bench', 'db', 'docs', 'migrations', 'packages', 'tests', 'README.md', 'CONTRIBUTING.md']
/** Written by the build, or irrelevant. */
const IGNORED = /(?:^|[/\\])(?:\.site(?:\.new)?|node_modules|dist)(?:[/\\]|$)/
const QUIET_MS = 200

/**
 * Runs `make docs` after each change of a file, one run at a time.
 *
 * @param done called after each run with its outcome
 * @returns a function that ends watching
 */
export function rebuildOnChange(done: (ok: boolean, output: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined
  let running = false
  let again = false
  const build = () => {
    again = running
    if (running) return
    running = true
    // A separate command uses the current code and intent, not those loaded by this process.
    const child = spawn('make', ['-s', 'docs'], { cwd: inRoot(), stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part))
    child.on('close', (code) => {
      running = false
      done(code === 0, output.trim())
      if (again) build()
    })
  }
  const watchers = WATCHED.map((path) =>
    watch(inRoot(path), { recursive: true }, (_, name) => {
      if (name !== null && IGNORED.test(name)) return
      clearTimeout(timer)
      timer = setTimeout(build, QUIET_MS)
    }),
  )
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
