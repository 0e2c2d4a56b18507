import type { Change, Level } from './change.ts'
import { compareColumns, isRequired } from './compare-columns.ts'
import type { Contract, FunctionContract, RelationContract } from './contract.ts'

/** Every difference between a released contract and the current one, the most serious first. */
export function compareContracts(before: Contract, after: Contract): Change[] {
  const changes = [
    ...compareEach(before.relations, after.relations, 'table', compareRelations),
    ...compareEach(before.functions, after.functions, 'function', compareFunctions),
  ]
  const order: readonly Level[] = ['major', 'minor', 'patch']
  return changes.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
}

/** The level of the most serious change; undefined if nothing changed. */
export function levelOf(changes: readonly Change[]): Level | undefined {
  return changes[0]?.level
}

/** An own property: a table may have the name of an inherited one, such as `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function compareEach<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
  what: string,
  compare: (name: string, before: T, after: T) => Change[],
): Change[] {
  const changes: Change[] = []
  for (const [name, old] of Object.entries(before)) {
    const now = own(after, name)
    if (now === undefined) changes.push({ level: 'major', reason: `${what} ${name} is gone` })
    else changes.push(...compare(name, old, now))
  }
  for (const name of Object.keys(after)) {
    if (!Object.hasOwn(before, name)) changes.push({ level: 'minor', reason: `${what} ${name} is new` })
  }
  return changes
}

function compareRelations(name: string, before: RelationContract, after: RelationContract): Change[] {
  const changes: Change[] = []
  if (before.comment !== after.comment) {
    changes.push({ level: 'patch', reason: `table ${name} has another comment` })
  }
  for (const [column, old] of Object.entries(before.columns)) {
    const now = own(after.columns, column)
    if (now) changes.push(...compareColumns(`${name}.${column}`, old, now))
    else changes.push({ level: 'major', reason: `column ${name}.${column} is gone` })
  }
  for (const [column, now] of Object.entries(after.columns)) {
    if (Object.hasOwn(before.columns, column)) continue
    changes.push(
      isRequired(now)
        ? { level: 'major', reason: `column ${name}.${column} is new and must be given on insert` }
        : { level: 'minor', reason: `column ${name}.${column} is new` },
    )
  }
  for (const role of before.delete.filter((each) => !after.delete.includes(each))) {
    changes.push({ level: 'major', reason: `${role} may no longer delete rows of ${name}` })
  }
  for (const role of after.delete.filter((each) => !before.delete.includes(each))) {
    changes.push({ level: 'minor', reason: `${role} may delete rows of ${name}` })
  }
  if (before.checks.join('\n') !== after.checks.join('\n')) {
    changes.push({ level: 'minor', reason: `table ${name} has other checks` })
  }
  return changes
}

function compareFunctions(name: string, before: FunctionContract, after: FunctionContract): Change[] {
  const changes: Change[] = []
  if (before.comment !== after.comment) {
    changes.push({ level: 'patch', reason: `function ${name} has another comment` })
  }
  for (const [argument, old] of Object.entries(before.arguments)) {
    const now = own(after.arguments, argument)
    const what = `argument ${argument} of ${name}`
    if (!now) changes.push({ level: 'major', reason: `${what} is gone` })
    else if (now.type !== old.type) {
      changes.push({ level: 'major', reason: `${what} was ${old.type}, is ${now.type}` })
    } else if (old.optional && !now.optional) {
      changes.push({ level: 'major', reason: `${what} must be given` })
    } else if (!old.optional && now.optional) {
      changes.push({ level: 'minor', reason: `${what} may be left out` })
    }
  }
  for (const [argument, now] of Object.entries(after.arguments)) {
    if (Object.hasOwn(before.arguments, argument)) continue
    changes.push(
      now.optional
        ? { level: 'minor', reason: `argument ${argument} of ${name} is new` }
        : { level: 'major', reason: `argument ${argument} of ${name} is new and must be given` },
    )
  }
  for (const [column, old] of Object.entries(before.returns)) {
    const now = own(after.returns, column)
    const what = `column ${column} of ${name}'s rows`
    if (now === undefined) changes.push({ level: 'major', reason: `${what} is gone` })
    else if (now !== old) changes.push({ level: 'major', reason: `${what} was ${old}, is ${now}` })
  }
  for (const column of Object.keys(after.returns)) {
    if (!Object.hasOwn(before.returns, column)) {
      changes.push({ level: 'minor', reason: `column ${column} of ${name}'s rows is new` })
    }
  }
  return changes
}
