import { execFileSync } from 'node:child_process'
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'
import { readPgtapSql } from './src/pgtap/source.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
await rm(`${here}dist`, { recursive: true, force: true })

// One file with its libraries: loading them file by file costs more than a small suite takes to run.
const bundle = {
  absWorkingDir: here,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  external: ['pg-native'],
  // YAML blocks below a test carry nothing that is judged or shown (pgTAP writes none), and the parser is large.
  plugins: [
    {
      name: 'without-yaml',
      setup(bundler) {
        bundler.onResolve({ filter: /^tap-yaml$/ }, () => ({ path: 'tap-yaml', namespace: 'without-yaml' }))
        bundler.onLoad({ filter: /.*/, namespace: 'without-yaml' }, () => ({
          contents: 'export default { parse: () => undefined, stringify: () => "" }',
        }))
      },
    },
  ],
} satisfies BuildOptions
// pg looks for Cloudflare's globals, which makes Node load its whole fetch implementation.
const define = { navigator: 'undefined', Response: 'undefined' }
const { metafile } = await build({
  ...bundle,
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.js',
  format: 'esm',
  define,
  metafile: true,
  // pg asks for Node's own modules with require(), which an ES module does not have.
  banner: {
    js: "import { createRequire as pgtapRunnerRequire } from 'node:module';const require = pgtapRunnerRequire(import.meta.url);",
  },
})
// CommonJS: Node 20 starts it 6 ms sooner than an ES module, of 96 for one small file.
await build({
  ...bundle,
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.cjs',
  format: 'cjs',
  define: { ...define, 'import.meta.url': 'pgtapRunnerUrl' },
  banner: { js: "const pgtapRunnerUrl = require('node:url').pathToFileURL(__filename).href;" },
})
execFileSync('npx', ['--no-install', 'tsc', '-p', 'tsconfig.build.json'], { cwd: here, stdio: 'inherit' })
await writeFile(`${here}dist/pgtap.sql.gz`, gzipSync(await readPgtapSql()))
await chmod(`${here}dist/cli.cjs`, 0o755)

/** The licences of what was bundled ask to travel with it. */
const packages = new Set(
  Object.keys(metafile.inputs).flatMap(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  ),
)
const notices = await Promise.all(
  [...packages].sort().map(async (folder) => {
    const about: { name: string; version: string; license?: string } = JSON.parse(
      await readFile(`${here}${folder}/package.json`, 'utf8'),
    )
    const names = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE']
    const texts = await Promise.all(
      names.map((name) => readFile(`${here}${folder}/${name}`, 'utf8').catch(() => '')),
    )
    return `${about.name} ${about.version} (${about.license})\n\n${texts.find(Boolean) ?? ''}`
  }),
)
const pgtap = 'pgTAP 1.3.5 (PostgreSQL License), https://pgtap.org\nCopyright (c) 2008-2024 David E. Wheeler.'
await writeFile(
  `${here}dist/third-party-licenses.txt`,
  `${[...notices, pgtap].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`,
)
