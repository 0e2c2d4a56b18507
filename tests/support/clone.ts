import { spawnSync } from 'node:child_process'
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { inRoot } from '../../db/paths.ts'
import { temporaryFolder } from './files.ts'

/** A copy of this repository's files, as they are now, in which a test may run make. */
export interface Clone {
  folder: string
  make(...args: string[]): { code: number | null; output: string }
}

/** Copies the files that git knows or would know; npm packages are shared. Its server is stopped after the test. */
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
    // Times too: a manifest that looked newer than the shared packages would make make install them again.
    cpSync(inRoot(file), join(folder, file), { recursive: true, force: true, preserveTimestamps: true })
  }
  symlinkSync(inRoot('node_modules'), join(folder, 'node_modules'))
  const make: Clone['make'] = (...args) => {
    // -o: the shared packages are as they are; installing would write into this repository's.
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
