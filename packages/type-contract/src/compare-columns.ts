import type { Change } from './change.ts'
import type { ColumnContract } from './contract.ts'

/** Whether an insert must give a value. */
export function isRequired(column: ColumnContract): boolean {
  return !column.generated && !column.nullable && column.default === null
}

/** Differences of one column. */
export function compareColumns(path: string, before: ColumnContract, after: ColumnContract): Change[] {
  return [
    ...typeChanges(path, before, after),
    ...nullChanges(path, before, after),
    ...writeChanges(path, before, after),
    ...valueChanges(path, before, after),
    ...jsonChanges(path, before, after),
    ...accessChanges(path, before, after),
    ...quietChanges(path, before, after),
  ]
}

function typeChanges(path: string, before: ColumnContract, after: ColumnContract): Change[] {
  if (before.pg !== after.pg || before.postgrest !== after.postgrest) {
    // A composite type keeps its name when an attribute changes.
    const [was, is] =
      before.type === after.type ? [before.postgrest, after.postgrest] : [before.type, after.type]
    return [{ level: 'major', reason: `${path} was ${was}, is ${is}` }]
  }
  if (before.type === after.type) return []
  return [{ level: 'patch', reason: `${path} was ${before.type}, is ${after.type}: the same to programs` }]
}

function nullChanges(path: string, before: ColumnContract, after: ColumnContract): Change[] {
  if (!before.nullable && after.nullable) return [{ level: 'major', reason: `${path} may be null` }]
  if (!before.nullable || after.nullable) return []
  return after.generated
    ? [{ level: 'minor', reason: `${path} is never null` }]
    : [{ level: 'major', reason: `${path} cannot be set to null` }]
}

function writeChanges(path: string, before: ColumnContract, after: ColumnContract): Change[] {
  if (!before.generated && after.generated) {
    return [{ level: 'major', reason: `${path} is generated and cannot be written` }]
  }
  // A column that may no longer be null is reported separately.
  const wasRequired = isRequired({ ...before, nullable: before.nullable && after.nullable })
  if (isRequired(after) && !wasRequired)
    return [{ level: 'major', reason: `${path} must be given on insert` }]
  if (before.generated && !after.generated) return [{ level: 'minor', reason: `${path} can be written` }]
  if (isRequired(before) && !isRequired(after) && !after.nullable) {
    return [{ level: 'minor', reason: `${path} may be left out on insert` }]
  }
  return []
}

function valueChanges(path: string, before: ColumnContract, after: ColumnContract): Change[] {
  if (before.values === null && after.values === null) return []
  if (before.values === null) {
    const list = after.values?.join(', ')
    return [{ level: after.generated ? 'minor' : 'major', reason: `${path} must be one of ${list}` }]
  }
  if (after.values === null) return [{ level: 'major', reason: `${path} may be any value` }]
  const added = after.values.filter((value) => !before.values?.includes(value))
  const removed = before.values.filter((value) => !after.values?.includes(value))
  if (added.length + removed.length === 0 && before.values.join('\n') !== after.values.join('\n')) {
    return [{ level: 'minor', reason: `${path} lists its values in another order` }]
  }
  return [
    ...added.map((value): Change => ({ level: 'major', reason: `${path} may be "${value}"` })),
    ...removed.map((value): Change => ({ level: 'major', reason: `${path} is never "${value}"` })),
  ]
}

function jsonChanges(path: string, before: ColumnContract, after: ColumnContract): Change[] {
  if (before.json === after.json) return []
  if (before.json === null) {
    return [{ level: after.generated ? 'minor' : 'major', reason: `${path} must be a JSON ${after.json}` }]
  }
  return [{ level: 'major', reason: `${path} was a JSON ${before.json}, is ${after.json ?? 'any JSON'}` }]
}

function accessChanges(path: string, before: ColumnContract, after: ColumnContract): Change[] {
  const changes: Change[] = []
  for (const action of ['select', 'insert', 'update'] as const) {
    for (const role of before[action].filter((each) => !after[action].includes(each))) {
      changes.push({ level: 'major', reason: `${role} may no longer ${action} ${path}` })
    }
    for (const role of after[action].filter((each) => !before[action].includes(each))) {
      const level = action === 'insert' && isRequired(after) ? 'major' : 'minor'
      changes.push({ level, reason: `${role} may ${action} ${path}` })
    }
  }
  return changes
}

/** Changes that no type shows. */
function quietChanges(path: string, before: ColumnContract, after: ColumnContract): Change[] {
  const changes: Change[] = []
  if (before.limits.join('\n') !== after.limits.join('\n')) {
    changes.push({ level: 'minor', reason: `${path} has other limits: ${after.limits.join(', ') || 'none'}` })
  }
  if (before.comment !== after.comment)
    changes.push({ level: 'patch', reason: `${path} has another comment` })
  if (before.default !== null && after.default !== null && before.default !== after.default) {
    changes.push({ level: 'patch', reason: `${path} has another default: ${after.default}` })
  }
  return changes
}
