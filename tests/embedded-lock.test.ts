import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { withLock } from 'postgres-kit/embedded/lock.ts'
import { inRoot } from '../db/paths.ts'
import { temporaryFolder } from './support/files.ts'

const PROCESSES = 6
const ROUNDS = 150

/** A lock whose holder is dead, as a killed command leaves it. */
function abandon(folder: string): void {
  mkdirSync(folder)
  writeFileSync(join(folder, 'pid'), String(spawnSync('true').pid))
}

test('a lock of a dead holder is taken over by one of several waiting processes', async (t) => {
  const folder = temporaryFolder(t)
  for (let round = 0; round < ROUNDS; round += 1) abandon(join(folder, String(round)))
  const holder = join(folder, 'holder.mjs')
  writeFileSync(
    holder,
    `import { closeSync, openSync, unlinkSync } from 'node:fs'
     import { withLock } from '${inRoot('packages', 'postgres', 'src', 'embedded', 'lock.ts')}'
     process.stdin.once('data', async () => {
       for (let round = 0; round < ${ROUNDS}; round += 1)
         await withLock('${folder}/' + round, async () => {
           // Fails where another process holds the lock, too.
           closeSync(openSync('${folder}/held-' + round, 'wx'))
           await new Promise((resolve) => setTimeout(resolve, 1))
           unlinkSync('${folder}/held-' + round)
         })
     })
     process.stdout.write('ready')`,
  )
  const children = Array.from({ length: PROCESSES }, () =>
    spawn(process.execPath, ['--import', 'tsx', holder], { stdio: ['pipe', 'pipe', 'pipe'] }),
  )
  const errors = children.map(() => '')
  children.forEach((child, place) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors[place] += text
    })
  })
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  const ends = children.map((child) => once(child, 'close'))
  for (const child of children) child.stdin.end('go')
  const codes = (await Promise.all(ends)).map(([code]) => code)
  assert.deepEqual(codes, Array(PROCESSES).fill(0), errors.join('\n'))
})

test('a lock names its holder from the moment it exists, and is given back', async (t) => {
  const lock = join(temporaryFolder(t), 'lock')
  await withLock(lock, async () => {
    assert.equal(readFileSync(join(lock, 'pid'), 'utf8'), String(process.pid))
  })
  assert.throws(() => readFileSync(join(lock, 'pid')), { code: 'ENOENT' })
})

test('a holder that does not go on, such as a suspended process, is named', async (t) => {
  const lock = join(temporaryFolder(t), 'lock')
  mkdirSync(lock)
  writeFileSync(join(lock, 'pid'), String(process.ppid))
  await assert.rejects(
    withLock(lock, async () => {}, 100),
    {
      exitCode: 1,
      message: `process ${process.ppid} holds ${lock}: wait for it, resume it if it is suspended, or end it`,
    },
  )
})
