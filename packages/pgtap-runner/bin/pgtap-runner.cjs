#!/usr/bin/env node
// npm links commands during the installation, before the package is built, so this file is committed. In a clone of the
// repository, it builds the command if it is missing or older than its sources. The published package is complete.
'use strict'
const { existsSync, readdirSync, statSync } = require('node:fs')
const { join } = require('node:path')

const folder = join(__dirname, '..')
const built = join(folder, 'dist', 'cli.cjs')
const build = join(folder, 'build.ts')

function isFresh() {
  if (!existsSync(built)) return false
  const sources = readdirSync(join(folder, 'src'), { recursive: true }).map((name) =>
    join(folder, 'src', name),
  )
  return [build, ...sources].every((file) => statSync(file).mtimeMs <= statSync(built).mtimeMs)
}

if (existsSync(build) && !isFresh()) {
  process.stderr.write('pgtap-runner: building (once)\n')
  const { status } = require('node:child_process').spawnSync(process.execPath, ['--import', 'tsx', build], {
    cwd: folder,
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) process.exit(2)
}
require(built)
