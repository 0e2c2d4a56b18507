import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/** What pg's crypto helpers export; the build fails when that changes. */
const helpers = [
  'postgresMd5PasswordHash',
  'randomBytes',
  'deriveKey',
  'sha256',
  'hashByName',
  'hmacSha256',
  'md5',
]

/**
 * Makes pg load Node's crypto and dns when it uses them: together a third of what a run without a password costs
 * before its first connection. Any password still works, see test/password.test.ts.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(bundler) {
    bundler.onLoad({ filter: /\/pg\/lib\/crypto\/utils\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const listed = /module\.exports = \{([^}]*)\}/.exec(source)?.[1]?.match(/\w+/g)
      if (listed?.join() !== helpers.join())
        throw new Error(`${path} exports other helpers than expected: ${listed}`)
      const contents = `
        let real
        const load = () => real ??= (() => { const module = { exports: {} }; ${source}; return module.exports })()
        for (const name of ${JSON.stringify(helpers)}) exports[name] = (...args) => load()[name](...args)`
      return { contents, loader: 'js' }
    })
    bundler.onLoad({ filter: /\/pg\/lib\/connection-parameters\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const contents = source
        .replace("const dns = require('dns')", '')
        .replace('dns.lookup(', "require('dns').lookup(")
      if (
        contents.length !==
        source.length - "const dns = require('dns')".length + "require('dns')".length - 'dns'.length
      ) {
        throw new Error(`${path} uses dns otherwise than expected`)
      }
      return { contents, loader: 'js' }
    })
  },
}
