import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { afterTest } from './after-test.ts'

/** A folder that is removed after the test. The server's system user can enter it. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'centrid-'))
  chmodSync(folder, 0o755)
  afterTest(t, () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
