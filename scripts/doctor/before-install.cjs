// The part of `make doctor` that runs before packages are installed, on any version of Node.js, so it is plain, old JavaScript.
'use strict'
const { spawnSync } = require('node:child_process')
const { existsSync } = require('node:fs')

const FLOOR = [20, 19]
let wrong = 0

function say(ok, what, advice) {
  if (!ok) wrong += 1
  console.log(`${ok ? 'ok    ' : 'WRONG '} ${what}${ok ? '' : `: ${advice}`}`)
}

const version = process.versions.node.split('.').map(Number)
const newEnough = version[0] > FLOOR[0] || (version[0] === FLOOR[0] && version[1] >= FLOOR[1])
say(newEnough, `Node.js ${process.versions.node}`, `install Node.js ${FLOOR.join('.')} or newer`)

for (const program of ['git', 'npm']) {
  const found = spawnSync(program, ['--version'], { encoding: 'utf8' })
  say(
    found.status === 0,
    `${program} ${(found.stdout || '').trim()}`.trim(),
    `install ${program} and put it on the PATH`,
  )
}

if (existsSync('node_modules/.package-lock.json')) {
  // False after an installation with NODE_ENV=production, or without optional packages.
  const whole = existsSync('node_modules/.bin/esbuild') && existsSync('node_modules/@esbuild')
  say(
    whole,
    whole ? 'npm packages are installed' : 'npm packages are installed in part',
    'the next make command installs the rest',
  )
} else {
  const ping = spawnSync('npm', ['ping'], { encoding: 'utf8', timeout: 20000 })
  say(ping.status === 0, 'the npm registry answers', 'check the network, and "npm config get registry"')
}

process.exitCode = wrong > 0 ? 1 : 0
