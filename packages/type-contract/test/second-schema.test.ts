import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { compile, programFolder } from './support/compile.ts'
import { type EmptyDatabase, inPackage, useEmptyDatabase } from './support/database.ts'
import { describeSchema, type Schema, writeSchema } from './support/round-trip.ts'
import { sourceOf } from './support/source-of.ts'
import { writeProgram } from './support/strict-compiler.ts'

/** Grants for two roles that exist only for this run. */
function grants({ client, member, guest }: EmptyDatabase): string {
  const [user, anybody] = [member, guest].map((role) => client.escapeIdentifier(role))
  return `grant select on fleet.currencies to ${anybody}, ${user};
    grant select, insert (org_id, plate, old_plates, state, home, photo), update (plate, state), delete
        on fleet.vehicles to ${user};
    grant select, insert on fleet."Fuel Card" to ${user};
    grant update ("1st $") on fleet."Fuel Card" to ${user};`
}

/** currencies has no such column, members may not read trips, and ghosts does not exist. */
const OWNERS = {
  vehicles: 'org_id',
  'Fuel Card': '1st $',
  currencies: 'org_id',
  trips: 'vehicle_id',
  ghosts: 'id',
}

describe('a second schema', () => {
  const database = useEmptyDatabase()
  let schema: Schema | undefined
  const made = () => {
    assert.ok(schema)
    return schema
  }
  const text = (file: string) => made().files.get(file) ?? ''
  before(async () => {
    const { client, settings } = database()
    await client.query(readFileSync(inPackage('test', 'second-schema.sql'), 'utf8'))
    await client.query(grants(database()))
    schema = await describeSchema(client, { ...settings, schema: 'fleet', owners: OWNERS })
  })

  /** Calls of functions, and the types of their rows. */
  async function calls(): Promise<string> {
    const { client } = database()
    const all: [type: string, sql: string][] = [
      ['FindVehicleRow', 'select * from fleet.find_vehicle((select key from fleet.vehicles where id = 1))'],
      ['NearestRow', `select * from fleet.nearest('(1,2)')`],
      ['VehiclesOfRow', 'select * from fleet.vehicles_of(1)'],
      ['DepotRow', 'select * from fleet.depot()'],
    ]
    const lines: string[] = []
    for (const [type, sql] of all) {
      const { rows } = await client.query<object>(sql)
      assert.ok(rows.length > 0, sql)
      lines.push(...rows.map((row) => `rows.push(${sourceOf(row)} satisfies types.${type})`))
    }
    const average = await client.query<{ average: unknown }>('select fleet.average(1, 2.5)')
    lines.push(`rows.push(${sourceOf(average.rows[0]?.average)} satisfies types.AverageResult)`)
    return `import type * as types from './src/index.js'\nexport const rows: unknown[] = []\n${lines.join('\n')}`
  }

  test('has types that compile with Kysely, supabase-js and zod, and match its rows', async (t) => {
    const folder = programFolder(t)
    writeSchema(folder, made())
    writeProgram(folder, {
      'uses.ts': readFileSync(inPackage('test', 'fixtures', 'second-schema.ts'), 'utf8'),
      'calls.ts': await calls(),
    })
    assert.deepEqual(compile(folder), [])
  })

  test('has zod schemas with the rules of its domains, for the columns that its members may write', async (t) => {
    const folder = programFolder(t)
    writeSchema(folder, made())
    const { vehicleInsertSchema, vehicleUpdateSchema, fuelCardRowUpdateSchema } = await import(
      join(folder, 'src/generated/zod.js')
    )
    const accepts = (change: object) => vehicleInsertSchema.safeParse({ org_id: 1, ...change }).success
    for (const change of [
      {},
      { plate: 'AB' },
      { old_plates: ['x', null] },
      { state: 'C:\\yard' },
      { photo: new Uint8Array([1]) },
    ]) {
      assert.ok(accepts(change), JSON.stringify(change))
    }
    for (const change of [
      { plate: 'A' },
      { plate: null },
      { state: 'flying' },
      { photo: 'text' },
      { mileage: 1 },
      { org_id: null },
    ]) {
      assert.ok(!accepts(change), JSON.stringify(change))
    }
    assert.deepEqual(Object.keys(vehicleUpdateSchema.shape), ['plate', 'state'])
    assert.equal(fuelCardRowUpdateSchema.safeParse({ '1st $': '9999.99' }).success, true)
    assert.equal(fuelCardRowUpdateSchema.safeParse({ '1st $': '10000' }).success, false)
  })

  test('exports the access of guests and members', async (t) => {
    const { guest, member } = database()
    const folder = programFolder(t)
    writeSchema(folder, made())
    const { access } = await import(join(folder, 'src/generated/values.js'))
    assert.deepEqual(access.currencies[guest], {
      select: ['code', 'Rate (€)'],
      insert: [],
      update: [],
      delete: false,
    })
    assert.deepEqual(access['Fuel Card'][member].update, ['1st $'])
    assert.deepEqual(access.vehicles[member].delete, true)
  })

  test('exports the owner columns that a member may read', async (t) => {
    const folder = programFolder(t)
    writeSchema(folder, made())
    const { ownerColumns } = await import(join(folder, 'src/generated/values.js'))
    assert.deepEqual(ownerColumns, { 'Fuel Card': '1st $', vehicles: 'org_id' })
  })

  test('keeps comments inside of comments', () => {
    const types = text('src/generated/db.d.ts')
    assert.match(types, /\* Kilometres \*\\\/ not miles\.\n {3}\* Counted by the "box"\./)
    assert.match(types, /\/\*\* Everybody may read them\. \*\/\nexport interface Currencies/)
  })
})
