import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export const pgtapVersion = '1.3.5'

/**
 * pgTAP's SQL. The published package contains it as a file. From source, it is read from
 * @electric-sql/pglite-pgtap, which ships it in a tarball.
 */
export async function readPgtapSql(): Promise<string> {
  const { gunzipSync } = await import('node:zlib')
  try {
    return gunzipSync(await readFile(new URL('./pgtap.sql.gz', import.meta.url))).toString()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite-pgtap')
  const archive = gunzipSync(await readFile(join(dirname(entry), 'pgtap.tar.gz')))
  return findInTar(archive, `/pgtap--${pgtapVersion}.sql`)
}

/** A tar archive is 512-byte headers (name at 0, octal size at 124), each followed by its file, padded. */
export function findInTar(archive: Buffer, suffix: string): string {
  let at = 0
  while (at + 512 <= archive.length) {
    const name = archive.toString('utf8', at, at + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8) || 0
    if (name.endsWith(suffix)) return archive.toString('utf8', at + 512, at + 512 + size)
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new Error(`no *${suffix} in the pgTAP archive`)
}
