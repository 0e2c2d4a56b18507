import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRODUCT_RANKING } from '../bench/choices/ranking.ts'
import { growthOf, ratiosOf, verdicts } from '../bench/operations/compare.ts'
import { HELLO_ANONYMOUS } from '../bench/operations/http.ts'
import { collector, type Measurement, summarize } from '../bench/operations/measurement.ts'
import { OPERATIONS, SIDES, type Side, searchesOf } from '../bench/operations/operations.ts'
import { measurementFigures } from '../db/docs/measurement-figures.ts'

/** One operation on three sides, with the given medians; p95 is ten times the median. */
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

test('each kind of search has a ratio by p95 and a growth of its own, and can miss the target', () => {
  const phrase = searchesOf(SEARCH, 'phrase')
  const at = (rows: number, ours: number) => [
    ...measured(SEARCH, rows, { ours: 1, floor: 1, plain: 5 }),
    ...measured(phrase, rows, { ours, floor: 1, plain: 8 }),
  ]
  const measurements = [...at(1000, 2), ...at(10_000, 4)]
  const ratios = ratiosOf(measurements)
  assert.deepEqual(
    ratios
      .filter(({ operation }) => operation === phrase)
      .map((each) => [each.ours_to_floor, each.plain_to_ours]),
    [
      [2, 4],
      [4, 2],
    ],
  )
  const growth = growthOf(measurements, 1000, 10_000)
  assert.deepEqual(
    growth.find(({ operation, side }) => operation === phrase && side === 'ours')?.p50_ratio,
    2,
  )
  assert.deepEqual(
    verdicts(measurements, ratios, growth, {})
      .slice(0, 2)
      .map(({ met, figure }) => [met, figure.split(',')[0]]),
    [
      [true, '1 × (search_chunks'],
      [false, '4 × (search_chunks'],
    ],
  )
})

test('growth is computed for the user of fixed size, for each side', () => {
  const few = measured(LIST, 1000, { ours: 2, floor: 1, plain: 4 })
  const many = measured(LIST, 10_000, { ours: 2, floor: 3, plain: 8 })
  const others = many.map((each) => ({ ...each, user: 'large' as const }))
  assert.deepEqual(
    growthOf([...few, ...many, ...others], 1000, 10_000).map(({ side, p50_ratio }) => [side, p50_ratio]),
    [
      ['ours', 1],
      ['floor', 3],
      ['plain', 2],
    ],
  )
})

test('the worst figure of a target decides; without a figure, the target is neither met nor missed', () => {
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

test('hello without a token is judged by its growth, separately from the operations', () => {
  const at = (rows: number, time: number) => ({
    operation: HELLO_ANONYMOUS,
    user: 'fixed',
    rows,
    side: 'ours' as const,
    n: 9,
    p50_ms: time,
    p95_ms: time,
    p99_ms: time,
  })
  const growth = growthOf([at(1000, 2), at(10_000, 3)], 1000, 10_000)
  const judged = verdicts([], [], growth, {}).filter(({ figure }) => figure !== '')
  assert.deepEqual(
    judged.map(({ target, met, figure }) => [target.slice(0, 16), met, figure]),
    [['numbers of hello', false, `1.5 × (${HELLO_ANONYMOUS}, 1000 to 10000 rows)`]],
  )
})

test('the target for the first ten of a common word is checked at the first gate', () => {
  const ranking = [
    { design: 'some other', ratio: 2 },
    { design: PRODUCT_RANKING, ratio: 0.9 },
  ]
  const judged = verdicts([], [], [], { choices: { ranking } }).filter(({ figure }) => figure !== '')
  assert.deepEqual(
    judged.map(({ met, figure }) => [met, figure]),
    [[false, `0.9 × (${PRODUCT_RANKING})`]],
  )
})

test('times are collected by operation, user, rows and side', () => {
  const { add, samples } = collector()
  const of = { operation: LIST, user: 'fixed', rows: 1000, side: 'ours' } as const
  for (const time of [3, 1, 2]) add(of, time)
  add({ ...of, side: 'floor' }, 9)
  add({ ...of, rows: 10 }, 4)
  assert.deepEqual(samples().map(summarize), [
    { ...of, n: 3, p50_ms: 2, p95_ms: 2.9, p99_ms: 2.98 },
    { ...of, side: 'floor', n: 1, p50_ms: 9, p95_ms: 9, p99_ms: 9 },
    { ...of, rows: 10, n: 1, p50_ms: 4, p95_ms: 4, p99_ms: 4 },
  ])
})

test('a search in another state is compared with the same search with warm caches', () => {
  const warm = measured(SEARCH, 1000, { ours: 1, floor: 1, plain: 1 })
  const loaded = measured(`${SEARCH}: right after a bulk load`, 1000, { ours: 3, floor: 3, plain: 3 })
  const last = verdicts([...warm, ...loaded], [], [], {}).at(-1)
  assert.deepEqual([last?.met, last?.figure], [false, '3 × (right after a bulk load, fixed)'])
  assert.deepEqual(ratiosOf(loaded), [])
})

test('the target of 100 × against the plain design applies only at 1,000,000 rows', () => {
  const of = (rows: number, plain_to_ours: number) =>
    verdicts([], [{ operation: SEARCH, user: 'fixed', rows, ours_to_floor: 1, plain_to_ours }], [], {})[2]
  assert.deepEqual(of(100_000, 300)?.met, undefined)
  assert.deepEqual(of(1_000_000, 300)?.met, true)
  assert.deepEqual(of(1_000_000, 99)?.met, false)
})

test('operations have unique names', () => {
  assert.equal(new Set(OPERATIONS.map(({ name }) => name)).size, OPERATIONS.length)
})

test('the site has the times, the ratios and the growth of operations, with every side', () => {
  const [few, many] = [1000, 10_000].map((rows) =>
    measured(LIST, rows, { ours: rows / 500, floor: 1, plain: 9 }),
  )
  const large = (many ?? []).map((each) => ({ ...each, user: 'large' }))
  const figures = measurementFigures([...large, ...(many ?? []), ...(few ?? [])].map((each) => ({ ...each })))
  const times = [
    ['ours', 20, 400],
    ['floor', 1, 20],
    ['plain', 9, 180],
  ]
  assert.deepEqual(
    figures.map(({ title, kind, values }) => [
      title,
      kind,
      values.map(({ series, value, at, until }) => [series, value, at ?? until ?? 'no other number']),
    ]),
    [
      ['Operations of the user "large"', 'bars', times],
      ['Operations of the user "fixed"', 'bars', times],
      [
        'Operations, ours : floor',
        'bars',
        [
          ['large', 20, 'no other number'],
          ['fixed', 20, 'no other number'],
        ],
      ],
      [
        'Operations, plain : ours',
        'bars',
        [
          ['large', 0.45, 'no other number'],
          ['fixed', 0.45, 'no other number'],
        ],
      ],
      [
        'Operations of a user of fixed size against rows',
        'panels',
        [
          ['ours', 2, 1000],
          ['floor', 1, 1000],
          ['plain', 9, 1000],
          ['ours', 20, 10_000],
          ['floor', 1, 10_000],
          ['plain', 9, 10_000],
        ],
      ],
    ],
  )
  assert.deepEqual(measurementFigures([{ query: 'x', ours: 1, floor: 1 }]), [])
  const kinds = [SEARCH, searchesOf(SEARCH, 'phrase')].flatMap((name) =>
    measured(name, 1000, { ours: 1, floor: 1, plain: 9 }),
  )
  assert.deepEqual(
    measurementFigures(kinds.map((each) => ({ ...each }))).map(({ title, values }) => [
      title,
      values[0]?.label,
    ]),
    [
      ['Operations of the user "fixed"', SEARCH],
      ['Operations, ours : floor', SEARCH],
      ['Operations, plain : ours', SEARCH],
      ['Kinds of search of the user "fixed"', searchesOf(SEARCH, 'phrase')],
      ['Kinds of search, ours : floor', searchesOf(SEARCH, 'phrase')],
      ['Kinds of search, plain : ours', searchesOf(SEARCH, 'phrase')],
    ],
  )
})
