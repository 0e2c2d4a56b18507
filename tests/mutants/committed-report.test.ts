import assert from 'node:assert/strict'
import { cpSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'
import { listMutants, OPERATORS } from 'rls-judge/mutants/catalog.ts'
import { asMarkdown, parseReport, scoreOf, type Tally } from 'rls-judge/mutants/report.ts'
import { bootstrap } from '../../db/bootstrap.ts'
import { listMigrations } from '../../db/migrations/files.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { SCOPE } from '../../db/mutants/laboratory.ts'
import { inRoot } from '../../db/paths.ts'
import { findScratch } from '../../db/scratch.ts'
import { readSettings } from '../../db/settings.ts'
import { maintenance } from '../../db/target.ts'
import { temporaryFolder } from '../support/files.ts'

const file = (name: string) => readFileSync(inRoot('tests', 'mutants', name), 'utf8')
const report = parseReport(file('report.json'))
const { databaseUrl, postgresMajor } = readSettings()

test('report.md matches report.json', () => {
  assert.equal(file('report.md'), asMarkdown(report))
})

test('the score matches the counts, and every survivor is listed', () => {
  const sum = (of: keyof Tally) => report.operators.reduce((total, each) => total + each[of], 0)
  for (const each of [report, ...report.operators])
    assert.equal(each.mutants, each.killed + each.equivalent + each.survived)
  assert.deepEqual(
    [report.mutants, report.killed, report.equivalent, report.survived],
    [sum('mutants'), sum('killed'), sum('equivalent'), sum('survived')],
  )
  assert.equal(report.score, scoreOf(report))
  assert.equal(report.survivors.length, report.survived)
  assert.equal(report.equivalents.length, report.equivalent)
  assert.deepEqual(report.stale, [])
})

// Majors differ in privileges and built-in roles.
test('the report counts every mutant of its schema', {
  skip: databaseUrl !== undefined || postgresMajor !== report.made.postgres,
}, async (t) => {
  const newest = listMigrations().findIndex(({ name }) => name === report.made.migration)
  assert.notEqual(newest, -1, `${report.made.migration} does not exist. Run "make mutants"`)
  const folder = temporaryFolder(t)
  for (const { name, path } of listMigrations().slice(0, newest + 1)) cpSync(path, `${folder}/${name}`)
  const server = maintenance(await findScratch())
  const database = withDatabase(server, `report_${process.pid}`)
  const mutants = await withOwnerClient(server, async (owner) => {
    await createDatabase(owner, database.database, 'template0')
    try {
      await withOwnerClient(database, (client) => bootstrap(client))
      await migrate(database, () => {}, { folder })
      return await withOwnerClient(database, (client) => listMutants(client, SCOPE))
    } finally {
      await dropDatabase(owner, database.database)
    }
  })
  const counts = OPERATORS.map(({ name }) => [
    name,
    mutants.filter(({ operator }) => operator === name).length,
  ])
  assert.deepEqual(
    counts,
    report.operators.map((each) => [each.operator, each.mutants]),
    'the operators changed. Run "make mutants"',
  )
})
