import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/**
 * A folder that is removed after the test. The server's system user can enter it.
 *
 * @param release stops what uses the folder, before it is removed
 */
export function temporaryFolder(t: TestContext, release: () => unknown = () => {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'centrid-'))
  chmodSync(folder, 0o755)
  // One hook for both, because hooks run in the order in which they were added.
  t.after(async () => {
    await release()
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}
