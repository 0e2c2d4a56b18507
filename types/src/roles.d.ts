import type {
  ColumnType,
  Insertable,
  InsertType,
  Selectable,
  SelectType,
  Updateable,
  UpdateType,
} from './columns.js'
import type { DB } from './generated/db.js'
import type { access } from './generated/values.js'

type Access = typeof access

/** Roles of the API's callers. */
export type Role = keyof Access[keyof Access]

type Allowed<
  R extends Role,
  T extends keyof DB,
  Action extends 'select' | 'insert' | 'update',
> = Access[T][R][Action][number]

type TableAs<R extends Role, T extends keyof DB> = {
  [K in keyof DB[T] as K extends Allowed<R, T, 'select' | 'insert' | 'update'> ? K : never]: ColumnType<
    K extends Allowed<R, T, 'select'> ? SelectType<DB[T][K]> : never,
    K extends Allowed<R, T, 'insert'> ? InsertType<DB[T][K]> : never,
    K extends Allowed<R, T, 'update'> ? UpdateType<DB[T][K]> : never
  >
}

/** The database as a role may use it, for `Kysely<DBAs<…>>`: inserts and updates have only the columns that it may write. */
export type DBAs<R extends Role> = { [T in keyof DB]: TableAs<R, T> }

/** The database as a signed-in user may use it. */
export type UserDB = DBAs<'authenticated'>

/** What a role may read, insert and update in a table; `never` if it may not. */
export interface As<R extends Role, T extends keyof DB> {
  Selectable: Access[T][R]['select'] extends readonly [] ? never : Selectable<TableAs<R, T>>
  Insertable: Access[T][R]['insert'] extends readonly [] ? never : Insertable<TableAs<R, T>>
  Updateable: Access[T][R]['update'] extends readonly [] ? never : Updateable<TableAs<R, T>>
}

/**
 * What a signed-in user may read, insert and update in a table, from the grants of the database.
 *
 *     const changes: AsUser<'documents'>['Updateable'] = { filename: 'notes.md' }
 */
export type AsUser<T extends keyof DB> = As<'authenticated', T>
