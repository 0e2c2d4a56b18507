import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mutant } from 'rls-judge/mutants/operator.ts'
import { choose } from 'rls-judge/mutants/sample.ts'

const mutants: Mutant[] = ['one', 'two', 'three'].flatMap((operator, n) =>
  Array.from({ length: 10 ** n }, (_, place) => ({
    operator,
    subject: `${place}`,
    objects: [`table ${n}.${place}`],
    sql: 'select 1',
  })),
)

test('a sample takes one mutant of every operator before a second one of any', () => {
  const operators = choose(mutants, { sample: 3, seed: 5 }).map(({ operator }) => operator)
  assert.deepEqual(operators, ['one', 'two', 'three'])
})

test('the same seed chooses the same mutants, another seed chooses others', () => {
  const chosen = (seed: number) => choose(mutants, { sample: 20, seed }).map(({ subject }) => subject)
  assert.deepEqual(chosen(1), chosen(1))
  assert.notDeepEqual(chosen(1), chosen(2))
})

test('a filter matches operator and subject', () => {
  assert.equal(choose(mutants, { filter: /^two: 7$/, seed: 1 }).length, 1)
})

test('without a sample all mutants are chosen, in order', () => {
  assert.deepEqual(choose(mutants, { seed: 1 }), mutants)
})

test('every mutant of a changed object is chosen, in addition to a sample of the others', () => {
  const changed = new Set(['table 2.7', 'table 2.8'])
  const names = (sample: number) =>
    choose(mutants, { changed, sample, seed: 1 }).map(({ operator, subject }) => `${operator} ${subject}`)
  assert.deepEqual(names(0), ['three 7', 'three 8'])
  assert.equal(names(3).length, 5)
  assert.ok(names(3).includes('three 7') && names(3).includes('three 8'))
})
