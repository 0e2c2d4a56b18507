// Runs before `npm pack` and `npm publish`: writes dist/, the package for require(). The sources need no build.
// With --remove, it runs afterwards and deletes dist/, because a checkout might otherwise use an outdated dist/.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(fileURLToPath(import.meta.url))
const source = join(root, 'src')
const target = join(root, 'dist')

rmSync(target, { recursive: true, force: true })
if (process.argv.includes('--remove')) process.exit()
await build({
  entryPoints: ['index.js', 'generated/supabase.js', 'generated/zod.js'].map((file) => join(source, file)),
  bundle: true,
  packages: 'external',
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  outdir: target,
  outbase: source,
  outExtension: { '.js': '.cjs' },
  logLevel: 'warning',
})

// The declarations of a CommonJS file may import only CommonJS files.
for (const file of readdirSync(source, { recursive: true })) {
  if (!file.endsWith('.d.ts')) continue
  const declarations = readFileSync(join(source, file), 'utf8')
  const written = join(target, file.replace(/\.d\.ts$/, '.d.cts'))
  mkdirSync(dirname(written), { recursive: true })
  writeFileSync(written, declarations.replace(/(from ['"]\.{1,2}\/[^'"]+)\.js(['"])/g, '$1.cjs$2'))
}
