import {
  COMMANDS,
  type Command,
  type Grant,
  type Model,
  type Policy,
  type Role,
  type Table,
} from './model.ts'

/** Which rows a command reaches: every row, those that a policy allows, or none. */
export type Reach = 'all' | 'some' | 'none'

/** What one role may do with one column, or with a table if the command has no columns. */
export interface Cell {
  role: string
  table: Table
  command: Command
  column: string | undefined
  reach: Reach
  /** The effective grants. */
  grants: readonly Grant[]
  policies: readonly Policy[]
  /** The reason, in words. */
  why: string
}

/** Commands with privileges by column. */
export const BY_COLUMN: readonly Command[] = ['select', 'insert', 'update']

/** Every cell of the matrix: role × table × command, by column if the command has columns. */
export function accessCells({ tables, roles }: Model): Cell[] {
  return roles.flatMap((role) =>
    tables.flatMap((table) =>
      COMMANDS.flatMap((command) =>
        BY_COLUMN.includes(command)
          ? table.columns.map(({ name }) => cellOf(role, table, command, name))
          : [cellOf(role, table, command, undefined)],
      ),
    ),
  )
}

function cellOf(role: Role, table: Table, command: Command, column: string | undefined): Cell {
  const allowed = table.privileges.some(
    (each) => each.role === role.name && each.command === command && (each.column ?? undefined) === column,
  )
  const grants = grantsFor(role, table, command, column)
  const policies = policiesFor(role, table, command)
  const cell = { role: role.name, table, command, column, grants, policies }
  if (!allowed) return { ...cell, reach: 'none', why: `${role.name} has no privilege for ${command} here` }
  if (command === 'truncate') return { ...cell, reach: 'all', why: 'no policy applies to truncate' }
  if (role.bypassesPolicies) return { ...cell, reach: 'all', why: `${role.name} bypasses row level security` }
  if (table.kind === 'view')
    return table.rls
      ? { ...cell, reach: 'some', why: 'the policies of the tables that the view reads apply' }
      : { ...cell, reach: 'all', why: `${table.name} reads with the rights of its owner` }
  if (!table.rls) return { ...cell, reach: 'all', why: `row level security of ${table.name} is off` }
  const names = (kind: boolean) =>
    policies.filter(({ permissive }) => permissive === kind).map(({ name }) => name)
  const [permissive, restrictive] = [names(true), names(false)]
  if (permissive.length === 0)
    return {
      ...cell,
      reach: 'none',
      why: `no policy of ${table.name} allows ${role.name} to ${command} a row`,
    }
  const limits = restrictive.length === 0 ? '' : `, restricted by ${restrictive.join(' and ')}`
  return { ...cell, reach: 'some', why: `rows allowed by ${permissive.join(' or ')}${limits}` }
}

function grantsFor(role: Role, table: Table, command: Command, column: string | undefined): Grant[] {
  return table.grants
    .filter((grant) => grant.privilege === command && role.acts.includes(grant.role))
    .filter((grant) => grant.column === null || grant.column === column)
}

/** The grants of cells of one command and table as SQL: one statement for the columns that a role was granted. */
export function grantStatements(cells: readonly Cell[]): string[] {
  const [first] = cells
  if (!first) return []
  const { table, command } = first
  const grants = cells.flatMap((each) => each.grants)
  return [...new Set(grants.map(({ role }) => role))].flatMap((role) => {
    const columns = [...new Set(grants.filter((each) => each.role === role).map(({ column }) => column))]
    const lists = [
      ...(columns.includes(null) ? [''] : []),
      ...(columns.some((column) => column !== null)
        ? [` (${columns.filter((column) => column !== null).join(', ')})`]
        : []),
    ]
    return lists.map((list) => `grant ${command}${list} on ${table.schema}.${table.name} to ${role}`)
  })
}

function policiesFor(role: Role, { policies }: Table, command: Command): Policy[] {
  return policies.filter(
    (policy) =>
      (policy.command === command || policy.command === 'all') &&
      policy.roles.some((each) => role.acts.includes(each)),
  )
}

/** Summarises a row of cells: the reach, and whether it applies to all columns. */
export function summaryOf(cells: readonly Cell[]): { reach: Reach; columns: string[]; whole: boolean } {
  const open = cells.filter(({ reach }) => reach !== 'none')
  const reach = open[0]?.reach ?? 'none'
  return {
    reach,
    columns: open.flatMap(({ column }) => column ?? []),
    whole: open.length === cells.length && open.length > 0,
  }
}

/** The text of accessLines for a command that no policy limits. */
export const EVERY_ROW = 'every row'

/** One line per right of a role. Two states of a schema are compared by these lines. */
export function accessLines(model: Model): Map<string, string> {
  const lines = new Map<string, string>()
  for (const { role, table, command, column, reach, policies } of accessCells(model)) {
    if (reach === 'none') continue
    const rules = policies.map(({ permissive, using, check }) =>
      [permissive ? '' : 'restrictive', using && `using ${using}`, check && `check ${check}`]
        .filter(Boolean)
        .join(' '),
    )
    const rows = reach === 'all' ? EVERY_ROW : `rows ${rules.join(' or ')}`
    lines.set(cellKey({ role, table, command, column }), rows)
  }
  for (const func of model.functions)
    for (const role of func.execute) lines.set(callKey(role, func.signature), `as ${func.security}`)
  return lines
}

export function cellKey({
  role,
  table,
  command,
  column,
}: Pick<Cell, 'role' | 'table' | 'command' | 'column'>): string {
  return `${role}: ${command} ${table.name}${column === undefined ? '' : `.${column}`}`
}

export function callKey(role: string, signature: string): string {
  return `${role}: call ${signature}`
}
