import assert from 'node:assert/strict'
import { test } from 'node:test'
import { growthOf, ratiosOf, verdicts } from '../bench/operations/compare.ts'
import type { Measurement } from '../bench/operations/measure.ts'
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

test('a target is missed by its worst figure, and by no figure at all', () => {
  const ratio = { user: 'large', rows: 1000, plain_to_ours: 1 }
  const ratios = [
    { ...ratio, operation: SEARCH, ours_to_floor: 1.25 },
    { ...ratio, operation: LIST, ours_to_floor: 1.1 },
    { ...ratio, operation: 'insert a document', ours_to_floor: 1.2 },
  ]
  assert.deepEqual(
    verdicts(ratios, []).map(({ met, worst }) => [met, worst]),
    [
      [true, '1.25 × (search_chunks, large, 1000 rows)'],
      [false, '1.2 × (insert a document, large, 1000 rows)'],
      [false, 'not measured'],
      [false, 'not measured'],
    ],
  )
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
