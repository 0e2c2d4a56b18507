import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { inRoot } from '../paths.ts'

/** What the site is made from, and what makes it. */
const WATCHED = ['bench', 'db', 'docs', 'migrations', 'packages', 'tests', 'README.md', 'CONTRIBUTING.md']
/** Written by the build itself, or of no consequence. */
const IGNORED = /(?:^|[/\\])(?:\.site(?:\.new)?|node_modules|dist)(?:[/\\]|$)/
const QUIET_MS = 200

/**
 * Runs `make docs` after each change of a file, one run at a time.
 *
 * @param done told after each run, with how it ended
 * @returns ends the watching
 */
export function rebuildOnChange(done: (ok: boolean, output: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined
  let running = false
  let again = false
  const build = () => {
    again = running
    if (running) return
    running = true
    // A command of its own: it takes the newest code and intent, not those that this process was started with.
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
