import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { inRoot } from '../../db/paths.ts'
import { afterTest } from './after-test.ts'
import { temporaryFolder } from './files.ts'

/** A copy of this repository's current files, in which a test may run make. */
export interface Clone {
  folder: string
  make(...args: string[]): { code: number | null; output: string }
}

/** Where npm installs packages. */
const INSTALLED = ['node_modules', 'packages/pgtap-runner/node_modules', 'tests/types/consumers/node_modules']

/** Copies tracked and new files, and the installed packages. The clone's server is stopped after the test. */
export function cloneRepository(t: TestContext): Clone {
  const folder = join(temporaryFolder(t), 'a clone')
  afterTest(t, () => make('stop'))
  const files = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: inRoot(),
    encoding: 'utf8',
  }).stdout.split('\0')
  for (const file of files.filter(Boolean)) {
    // Keep the times: make would install the packages again if a manifest were newer than they are.
    cpSync(inRoot(file), join(folder, file), { recursive: true, force: true, preserveTimestamps: true })
  }
  for (const path of INSTALLED) if (existsSync(inRoot(path))) linkFiles(inRoot(path), join(folder, path))
  const make: Clone['make'] = (...args) => {
    // -o: do not check the installed packages.
    const { status, stdout, stderr } = spawnSync('make', ['-o', 'node_modules/.package-lock.json', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        MAKEFLAGS: '',
        MAKELEVEL: '',
        DATABASE_URL: '',
        APP_DATABASE_URL: '',
        // Unset the variable of Node's test runner, because the command may start another test runner.
        NODE_TEST_CONTEXT: '',
      },
    })
    return { code: status, output: stdout + stderr }
  }
  return { folder, make }
}

/**
 * Creates a folder with the files of another, as hard links or, on another disk, as copies. Symbolic links stay relative, so
 * that they lead to the clone's own workspaces. `.cache` is left out, because tools write its files in place.
 */
function linkFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.name === '.cache') continue
    if (entry.isDirectory()) linkFiles(source, target)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else linkFile(source, target)
  }
}

function linkFile(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    copyFileSync(source, target)
  }
}
