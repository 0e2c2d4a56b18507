import type { Access, Right } from './read.ts'

/** A difference between the earlier and the current access of roles. */
export interface AccessChange {
  /**
   * `more`: a new right. `other`: the right existed, for other rows or with another role's privileges. `less`: a removed
   * right. `code`: the text of what runs as its owner, of a view that reads as its owner, or of a function in a policy has
   * changed.
   */
  type: 'more' | 'other' | 'less' | 'code'
  role: string
  action: string
  object: string
  columns: readonly string[]
  /** The rows now; for a removed right, the rows before. */
  limit: string | undefined
  /** For `other`: the rows before. */
  was: string | undefined
  /** Whether the object or the column is new, so that nobody had access before. */
  isNew: boolean
}

/**
 * Every difference. Columns of one right are one change.
 *
 * @param existed whether there was such an object, or such a column of it, before
 */
export function compareAccess(
  before: Access,
  after: Access,
  existed: (right: Right) => boolean,
): AccessChange[] {
  const changes = new Map<string, AccessChange & { columns: string[] }>()
  const add = (type: AccessChange['type'], right: Right, was?: string) => {
    const { role, action, object, column, limit } = right
    const isNew = !existed(right)
    const key = JSON.stringify([type, role, action, object, limit, was, isNew])
    const change = changes.get(key) ?? {
      type,
      role,
      action,
      object,
      columns: [],
      limit,
      was,
      isNew,
    }
    if (column !== undefined) change.columns.push(column)
    changes.set(key, change)
  }
  // A renamed object is the same one. An object that was dropped and created again is compared by its name.
  const [ofBefore, ofAfter] = [byId(before), byId(after)]
  for (const [key, right] of after) {
    const old = ofBefore.get(idKey(right)) ?? before.get(key)
    if (!old) add('more', right)
    else if (old.limit !== right.limit) add('other', right, old.limit)
    else if (old.code !== right.code) add('code', right)
  }
  for (const [key, right] of before) if (!after.has(key) && !ofAfter.has(idKey(right))) add('less', right)
  return [...changes.values()].sort((a, b) => text(a).localeCompare(text(b), 'en'))
}

function byId(access: Access): ReadonlyMap<string | undefined, Right> {
  return new Map([...access.values()].filter(({ id }) => id).map((right) => [idKey(right), right]))
}

function idKey({ role, action, id }: Right): string | undefined {
  return id === undefined ? undefined : [role, action, id].join('\n')
}

function text({ type, object, role, action }: AccessChange): string {
  return [['more', 'other', 'code', 'less'].indexOf(type), object, role, action].join(' ')
}

/** `authenticated may now update public.notes (title), rows where …` */
export function accessInWords({ type, role, action, object, columns, limit, was }: AccessChange): string {
  const what = `${action} ${object}${columns.length > 0 ? ` (${columns.join(', ')})` : ''}`
  switch (type) {
    case 'more':
      return `${role} may now ${what}${limit === undefined ? '' : `: ${limit}`}`
    case 'less':
      return `${role} may no longer ${what}`
    case 'other':
      return `${role} may ${what}: ${limit}; before: ${was}`
    case 'code':
      return action === 'execute' || action === 'fire'
        ? `${role} may ${what}, which runs ${limit} and has another text now`
        : `${role} may ${what}: ${limit}; ${ofView(limit) ? 'its definition has changed' : 'a function in it has another text now'}`
  }
}

/** Whether the rows are those of a view that reads as its owner. */
export function ofView(limit: string | undefined): boolean {
  return limit?.startsWith('every row that its owner ') === true
}
