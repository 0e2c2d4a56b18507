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
import { temporaryFolder } from './files.ts'

/** A copy of this repository's files, as they are now, in which a test may run make. */
export interface Clone {
  folder: string
  make(...args: string[]): { code: number | null; output: string }
}

/** Where npm installs packages. */
const INSTALLED = ['node_modules', 'packages/pgtap-runner/node_modules', 'tests/types/consumers/node_modules']

/** Copies the files that git knows or would know, and the installed packages. Its server is stopped after the test. */
export function cloneRepository(t: TestContext): Clone {
  const folder = join(
    temporaryFolder(t, () => make('stop')),
    'a clone',
  )
  const files = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: inRoot(),
    encoding: 'utf8',
  }).stdout.split('\0')
  for (const file of files.filter(Boolean)) {
    // Times too: a manifest that looked newer than the installed packages would make make install them again.
    cpSync(inRoot(file), join(folder, file), { recursive: true, force: true, preserveTimestamps: true })
  }
  for (const path of INSTALLED) if (existsSync(inRoot(path))) linkFiles(inRoot(path), join(folder, path))
  const make: Clone['make'] = (...args) => {
    // -o: the packages are as they are here.
    const { status, stdout, stderr } = spawnSync('make', ['-o', 'node_modules/.package-lock.json', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        MAKEFLAGS: '',
        MAKELEVEL: '',
        DATABASE_URL: '',
        APP_DATABASE_URL: '',
        // What tells Node's test runner that it is one of its own: inside, another may be started.
        NODE_TEST_CONTEXT: '',
      },
    })
    return { code: status, output: stdout + stderr }
  }
  return { folder, make }
}

/**
 * Makes a folder whose files are those of another: hard links, or copies on another disk. Symbolic links stay relative, so that
 * a workspace of the clone is the clone's own. What tools keep in `.cache` they write in place: it is left out.
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
