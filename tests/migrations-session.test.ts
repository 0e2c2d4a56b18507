import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { codeOf } from 'postgres-kit/failure.ts'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { lend } from '../db/migrations/session/lend.ts'
import { message, messageReader, strings } from '../db/migrations/session/wire.ts'
import { findScratch } from '../db/scratch.ts'
import { maintenance } from '../db/target.ts'
import { afterTest } from './support/after-test.ts'

async function ownerClient(): Promise<pg.Client> {
  return connectOwner(maintenance(await findScratch()))
}

test('messages are read correctly, wherever the stream is split', () => {
  const stream = Buffer.concat([message('Q', strings('select 1')), message('S'), message('X')])
  for (let cut = 0; cut <= stream.length; cut++) {
    const read = messageReader()
    const messages = [...read(stream.subarray(0, cut)), ...read(stream.subarray(cut))]
    assert.deepEqual(
      messages.map(({ type, body }) => type + body.toString()),
      ['Qselect 1\0', 'S', 'X'],
    )
  }
})

test('a borrower uses the same session and leaves its state unchanged', async (t) => {
  const owner = await ownerClient()
  afterTest(t, () => owner.end())
  const pid = "select pg_backend_pid() as pid, current_setting('test.mine', true) as mine"
  await owner.query("set test.mine = 'yes'")
  const { rows: mine } = await owner.query(pid)
  const loan = await lend(owner)
  const borrower = new pg.Client({ connectionString: loan.url })
  await borrower.connect()
  assert.deepEqual((await borrower.query(pid)).rows, mine)
  await assert.rejects(borrower.query('select 1;\nselect 1 / 0;'), { code: '22012' })
  assert.deepEqual(
    { sqlstate: loan.refusal()?.sqlstate, done: loan.refusal()?.done },
    { sqlstate: '22012', done: 1 },
  )
  await borrower.end()
  assert.equal(await loan.end(), true)
  assert.deepEqual((await owner.query(pid)).rows, mine)
})

test('a borrower that disconnects after an error, before the server is ready again, leaves the session unchanged', async (t) => {
  const owner = await ownerClient()
  afterTest(t, () => owner.end())
  delayReady(owner)
  const loan = await lend(owner)
  const borrower = new pg.Client({ connectionString: loan.url })
  borrower.on('error', () => {})
  await borrower.connect()
  await assert.rejects(borrower.query('select 1 / 0'), { code: '22012' })
  assert.equal(await loan.end(), true)
  assert.deepEqual((await owner.query('select 1 as n')).rows, [{ n: 1 }])
})

/** Delays the server's message after an error, as on a busy machine. */
function delayReady({ connection: { stream } }: pg.Client): void {
  const emit = stream.emit.bind(stream)
  let late = false
  stream.emit = (event: string, ...args: unknown[]) => {
    const [chunk] = args
    if (event !== 'data' || !Buffer.isBuffer(chunk)) return emit(event, ...args)
    if (chunk[0] === ERROR) late = true
    const end = late && chunk.at(-READY_BYTES) === READY ? chunk.length - READY_BYTES : chunk.length
    if (end > 0) emit(event, chunk.subarray(0, end))
    if (end === chunk.length) return true
    late = false
    setTimeout(() => emit(event, chunk.subarray(end)), 100)
    return true
  }
}

const [ERROR, READY] = [...Buffer.from('EZ')]
/** Type, length and transaction status. */
const READY_BYTES = 6

test('a session released in the middle of a transaction is not reused', async () => {
  const owner = await ownerClient()
  const loan = await lend(owner)
  const borrower = new pg.Client({ connectionString: loan.url })
  borrower.on('error', () => {})
  await borrower.connect()
  await borrower.query('begin')
  assert.equal(await loan.end(), false)
  await assert.rejects(owner.query('select 1'))
})

test('after the session is lost, a borrower that reconnects is refused instead of waiting forever', async () => {
  const owner = await ownerClient()
  const loan = await lend(owner)
  const first = new pg.Client({ connectionString: loan.url })
  const broken = new Promise((resolve) => first.on('error', resolve))
  await first.connect()
  const again = new pg.Client({ connectionString: loan.url })
  again.on('error', () => {})
  await first.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {})
  await broken
  const connected = await again.connect().then(() => 'connected', codeOf)
  assert.equal(await loan.end(), false)
  assert.equal(connected, 'ECONNREFUSED')
})

test('the session cannot be used without its password, or after its release', async (t) => {
  const owner = await ownerClient()
  afterTest(t, () => owner.end())
  const loan = await lend(owner)
  const url = new URL(loan.url)
  url.password = 'guessed'
  const stranger = new pg.Client({ connectionString: url.href })
  stranger.on('error', () => {})
  await assert.rejects(stranger.connect())
  await loan.end()
  const late = new pg.Client({ connectionString: loan.url })
  late.on('error', () => {})
  await assert.rejects(late.connect(), { code: 'ECONNREFUSED' })
})
