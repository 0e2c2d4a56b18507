import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readLabelled } from '../bench/quality/labelled.ts'
import { byKind, loadCorpus, measureQuality, PRODUCT } from '../bench/quality/quality.ts'
import { score } from '../bench/quality/score.ts'
import { useTestDatabase } from './support/database.ts'

const database = useTestDatabase()

/** The figures of `node .build/bench-quality.mjs` minus 0.01, because a few files of the corpus differ by platform. */
const HELD = { ndcg: 0.9, recall: 0.945 }
const HELD_BY_KIND: Readonly<Record<string, number>> = {
  words: 0.88,
  endings: 0.81,
  title: 0.88,
  phrase: 0.99,
  negation: 0.82,
  prefix: 0.76,
  identifier: 0.94,
  Spanish: 0.99,
  French: 0.99,
  Chinese: 0.98,
  filename: 0.99,
}

describe('the labelled set', () => {
  test('has 100 queries, each once', () => {
    const queries = readLabelled().map(({ search, query }) => `${search} ${query}`)
    assert.equal(new Set(queries).size, 100)
    assert.equal(queries.length, 100)
  })

  test('search quality is at least as good as before', async () => {
    const client = await database().owner.connect()
    try {
      const quality = await measureQuality(client, await loadCorpus(client), PRODUCT)
      const { ndcg, recall } = quality.all
      assert.ok(ndcg >= HELD.ndcg, `NDCG@10 is ${ndcg}`)
      assert.ok(recall >= HELD.recall, `recall@10 is ${recall}`)
      for (const [kind, , scored] of byKind(quality)) {
        assert.ok(scored.ndcg >= (HELD_BY_KIND[kind] ?? 1), `NDCG@10 of ${kind} is ${scored.ndcg}`)
      }
    } finally {
      client.release()
    }
  })
})

test('a score is 1 for the best order, less for a worse one, and 0 if nothing is found', () => {
  const grades = new Map([
    ['answer', 2],
    ['near', 1],
  ])
  assert.deepEqual(score(['answer', 'near', 'other'], grades), { ndcg: 1, recall: 1 })
  assert.deepEqual(score(['other', 'another'], grades), { ndcg: 0, recall: 0 })
  // Computed by hand: (1/log2(2) + 3/log2(3)) / (3/log2(2) + 1/log2(3))
  assert.equal(score(['near', 'answer'], grades).ndcg.toFixed(4), '0.7967')
  assert.deepEqual(score(['other', 'near'], grades).recall, 0.5)
  const eleventh = [...Array.from({ length: 10 }, (_, n) => `${n}`), 'answer']
  assert.equal(score(eleventh, grades).recall, 0)
})
