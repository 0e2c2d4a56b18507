import assert from 'node:assert/strict'
import { test } from 'node:test'
import { growthOf, ratiosOf, verdicts } from '../bench/operations/compare.ts'
import type { Measurement } from '../bench/operations/measurement.ts'
import { OPERATIONS, SIDES, type Side } from '../bench/operations/operations.ts'
import { measurementFigures } from '../db/docs/measurement-figures.ts'

/** One operation on three sides: the median is what is given, p95 ten times that. */
function measured(operation: string, rows: number, times: Record<Side, number>): Measurement[] {
  return SIDES.map((side) => {
    const p50 = times[side]
    return { operation, user: 'fixed', rows, side, n: 9, p50_ms: p50, p95_ms: p50 * 10, p99_ms: p50 * 20 }
  })
}

const SEARCH = 'search_chunks'
const LIST = 'list documents, first page'

test('search is compared by p95, everything else by the median', () => {
  const slowTail = measured(SEARCH, 1000, { ours: 1, floor: 1, plain: 50 }).map((each) =>
    each.side === 'ours' ? { ...each, p95_ms: 30 } : each,
  )
  const list = measured(LIST, 1000, { ours: 3, floor: 2, plain: 6 })
  assert.deepEqual(ratiosOf([...slowTail, ...list]), [
    { operation: SEARCH, user: 'fixed', rows: 1000, ours_to_floor: 3, plain_to_ours: 50 },
    { operation: LIST, user: 'fixed', rows: 1000, ours_to_floor: 1.5, plain_to_ours: 2 },
  ])
})

test('growth is that of the user of fixed size, side by side', () => {
  const few = measured(LIST, 1000, { ours: 2, floor: 2, plain: 2 })
  const many = measured(LIST, 10_000, { ours: 2, floor: 3, plain: 8 })
  const others = many.map((each) => ({ ...each, user: 'large' as const }))
  assert.deepEqual(
    growthOf([...few, ...many, ...others], 1000, 10_000).map(({ side, p50_ratio }) => [side, p50_ratio]),
    [
      ['ours', 1],
      ['floor', 1.5],
      ['plain', 4],
    ],
  )
})

test('a target is missed by its worst figure, and neither met nor missed without one', () => {
  const ratio = { user: 'large', rows: 1000, plain_to_ours: 1 }
  const ratios = [
    { ...ratio, operation: SEARCH, ours_to_floor: 1.25 },
    { ...ratio, operation: LIST, ours_to_floor: 1.1 },
    { ...ratio, operation: 'insert a document', ours_to_floor: 1.2 },
  ]
  const parts = { client: { costs: { '0 ms': [{ call: 'write: withUser, returned', ratio: 1.6 }] } } }
  assert.deepEqual(
    verdicts([], ratios, [], parts).map(({ met, figure }) => [met, figure]),
    [
      [true, '1.25 × (search_chunks, large, 1000 rows)'],
      [undefined, ''],
      [undefined, ''],
      [false, '1.2 × (insert a document, large, 1000 rows)'],
      [false, '1.6 × (write: withUser, returned)'],
      [undefined, ''],
      [undefined, ''],
      [undefined, ''],
      [undefined, ''],
    ],
  )
})

test('a search in another state is compared with the same one when all is warm', () => {
  const warm = measured(SEARCH, 1000, { ours: 1, floor: 1, plain: 1 })
  const loaded = measured(`${SEARCH}: right after a bulk load`, 1000, { ours: 3, floor: 3, plain: 3 })
  const last = verdicts([...warm, ...loaded], [], [], {}).at(-1)
  assert.deepEqual([last?.met, last?.figure], [false, '3 × (right after a bulk load, fixed)'])
  assert.deepEqual(ratiosOf(loaded), [])
})

test('100 × the plain design counts at 1,000,000 rows only', () => {
  const of = (rows: number, plain_to_ours: number) =>
    verdicts([], [{ operation: SEARCH, user: 'fixed', rows, ours_to_floor: 1, plain_to_ours }], [], {})[1]
  assert.deepEqual(of(100_000, 300)?.met, undefined)
  assert.deepEqual(of(1_000_000, 300)?.met, true)
  assert.deepEqual(of(1_000_000, 99)?.met, false)
})

test('operations have names of their own', () => {
  assert.equal(new Set(OPERATIONS.map(({ name }) => name)).size, OPERATIONS.length)
})

test('the site has bars for each user at the largest size, and lines against rows', () => {
  const [few, many] = [1000, 10_000].map((rows) =>
    measured(LIST, rows, { ours: rows / 500, floor: 1, plain: 9 }),
  )
  const large = (many ?? []).map((each) => ({ ...each, user: 'large' }))
  const figures = measurementFigures([...large, ...(many ?? []), ...(few ?? [])].map((each) => ({ ...each })))
  assert.deepEqual(
    figures.map(({ title, kind, values }) => [
      title,
      kind,
      values.map(({ series, value, at }) => [series, value, at]),
    ]),
    [
      [
        'Operations of the user "large"',
        'bars',
        [
          ['ours', 20, undefined],
          ['floor', 1, undefined],
          ['plain', 9, undefined],
        ],
      ],
      [
        'Operations of the user "fixed"',
        'bars',
        [
          ['ours', 20, undefined],
          ['floor', 1, undefined],
          ['plain', 9, undefined],
        ],
      ],
      [
        'Operations of a user of fixed size against rows',
        'lines',
        [
          ['median', 2, 1000],
          ['median', 20, 10_000],
        ],
      ],
    ],
  )
  assert.deepEqual(measurementFigures([{ query: 'x', ours: 1, floor: 1 }]), [])
})
