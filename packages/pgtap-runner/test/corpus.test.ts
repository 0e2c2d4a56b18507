import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { findFiles } from '../src/find-files.ts'
import { query } from './support/database.ts'
import { askPgProve, hasPgProve, type Verdict } from './support/pg-prove.ts'
import { runFiles } from './support/run-files.ts'
import { useDatabase } from './support/use-database.ts'

/** In the long run, pg_prove is also run again, and each file also runs in a clone. */
const LONG = process.env.TEST_LONG === '1'

const cwd = fileURLToPath(new URL('..', import.meta.url))
const record = new URL('./corpus/expected.json', import.meta.url)

/**
 * Files on which this package and pg_prove may differ, and why; the recorded verdict is pg_prove's.
 * All other files of the corpus must agree in verdict, tests and failures.
 */
const deliberate: Record<string, Verdict> = {}

describe('the corpus', () => {
  const database = useDatabase()

  const asksPgProve = async (t: TestContext) => {
    if (!(await hasPgProve())) return t.skip('pg_prove is not installed: its recorded verdicts are used')
    const { files } = await findFiles(['test/corpus'], cwd)
    const judged: Record<string, Verdict> = {}
    const names = files.map((file) => file.name)
    const ask = async () => {
      for (let name = names.shift(); name; name = names.shift())
        judged[name] = await askPgProve(database.url, name, cwd)
    }
    await Promise.all([ask(), ask()])
    if (process.env.RECORD_CORPUS)
      await writeFile(
        record,
        `${JSON.stringify(Object.fromEntries(Object.entries(judged).sort()), null, 1)}\n`,
      )
    assert.deepEqual(judged, JSON.parse(await readFile(record, 'utf8')))
  }
  if (LONG) it('is recorded as pg_prove judges it', asksPgProve)

  for (const isolation of LONG ? (['rollback', 'clone'] as const) : (['rollback'] as const)) {
    it(`gets the same verdicts and counts with --isolation ${isolation}`, async () => {
      const { results } = await runFiles({
        files: ['test/corpus'],
        url: database.url,
        isolation,
        cwd,
        jobs: 2,
      })
      const expected: Record<string, Verdict> = {
        ...JSON.parse(await readFile(record, 'utf8')),
        ...deliberate,
      }
      assert.deepEqual(Object.keys(results).sort(), Object.keys(expected).sort())
      const differing = Object.values(results)
        .map(({ file, verdict, tests, failed }) => ({
          file,
          here: { verdict, tests, failed },
          pgProve: expected[file],
        }))
        .filter(({ here, pgProve }) => !isDeepStrictEqual(here, pgProve))
      assert.deepEqual(differing, [])
    })
  }

  it('leaves nothing in the database', async () => {
    const { events } = await runFiles({ files: ['test/corpus/transactions'], url: database.url, cwd })
    assert.ok(events.length > 0)
    assert.deepEqual(
      await query(database.url, `select relname from pg_class where relname like 'leaked%'`),
      [],
    )
  })
})
