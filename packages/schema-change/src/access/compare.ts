import type { Access, Right } from './read.ts'

/** A difference between what roles could do and what they can do now. */
export interface AccessChange {
  /**
   * `more`: a right that was not there. `other`: the right was there, for other rows or as another role. `less`: it is gone.
   * `code`: a function that runs as its owner does something else.
   */
  type: 'more' | 'other' | 'less' | 'code'
  role: string
  action: string
  object: string
  columns: readonly string[]
  /** Which rows now; before, where it is gone. */
  limit: string | undefined
  /** Which rows before, of `other`. */
  was: string | undefined
  /** Whether the object or the column is new: nobody had anything in it. */
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
  for (const [key, right] of after) {
    const old = before.get(key)
    if (!old) add('more', right)
    else if (old.limit !== right.limit) add('other', right, old.limit)
    else if (old.code !== right.code) add('code', right)
  }
  for (const [key, right] of before) if (!after.has(key)) add('less', right)
  return [...changes.values()].sort((a, b) => text(a).localeCompare(text(b), 'en'))
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
      return `${role} may ${what}, which runs ${limit} and has another text now`
  }
}
