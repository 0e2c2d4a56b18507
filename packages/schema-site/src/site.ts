import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { type Frame, type Page, renderPage } from './page.ts'
import { searchIndex } from './search-index.ts'

export interface Site {
  frame: Frame
  pages: readonly Page[]
}

/**
 * Writes a site and removes the previous content of the folder.
 *
 * @param browser folder of the style sheet and the scripts: this package's `browser`
 */
export async function writeSite({ frame, pages }: Site, folder: string, browser: string): Promise<void> {
  const fresh = `${folder}.new`
  rmSync(fresh, { recursive: true, force: true })
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(fresh, path)), { recursive: true })
    writeFileSync(join(fresh, path), text)
  }
  for (const page of pages) write(page.path, renderPage(page, frame))
  write('search-index.js', searchIndex(pages))
  for (const name of ['site.css', 'icon.svg']) write(name, readFileSync(join(browser, name), 'utf8'))
  await build({
    entryPoints: [join(browser, 'site.ts')],
    outfile: join(fresh, 'site.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
  })
  rmSync(folder, { recursive: true, force: true })
  renameSync(fresh, folder)
}
