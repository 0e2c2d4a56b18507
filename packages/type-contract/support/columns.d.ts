/**
 * What a column is when it is read, inserted and updated: the same as Kysely's type of this name, written here so
 * that the types hold without Kysely as well.
 */
export type ColumnType<Select, Insert = Select, Update = Select> = {
  readonly __select__: Select
  readonly __insert__: Insert
  readonly __update__: Update
}

/** What a column is when it is read. */
export type SelectType<T> = T extends ColumnType<infer S, unknown, unknown> ? S : T

/** What a column is when it is inserted. */
export type InsertType<T> = T extends ColumnType<unknown, infer I, unknown> ? I : T

/** What a column is when it is changed. */
export type UpdateType<T> = T extends ColumnType<unknown, unknown, infer U> ? U : T

type IsNever<T> = [T] extends [never] ? true : false
type MayBeLeftOut<T> = undefined extends T ? true : null extends T ? true : false

type SelectKeys<T> = { [K in keyof T]: IsNever<SelectType<T[K]>> extends true ? never : K }[keyof T]
type InsertKeys<T> = { [K in keyof T]: IsNever<InsertType<T[K]>> extends true ? never : K }[keyof T]
type UpdateKeys<T> = { [K in keyof T]: IsNever<UpdateType<T[K]>> extends true ? never : K }[keyof T]
type OptionalKeys<T> = {
  [K in InsertKeys<T>]: MayBeLeftOut<InsertType<T[K]>> extends true ? K : never
}[InsertKeys<T>]
type RequiredKeys<T> = Exclude<InsertKeys<T>, OptionalKeys<T>>

type Flat<T> = { [K in keyof T]: T[K] } & {}

/** A row as it is read. */
export type Selectable<T> = { [K in SelectKeys<T>]: SelectType<T[K]> }

/** A row to insert, as Kysely takes it (what is undefined is left out): columns with a default or that may be null can be left out, generated ones are not there. */
export type Insertable<T> = Flat<
  { [K in RequiredKeys<T>]: InsertType<T[K]> } & { [K in OptionalKeys<T>]?: InsertType<T[K]> | undefined }
>

/** Columns to change. */
export type Updateable<T> = { [K in UpdateKeys<T>]?: UpdateType<T[K]> | undefined }

/** An interval as pg returns it. */
export interface PostgresInterval {
  years?: number
  months?: number
  days?: number
  hours?: number
  minutes?: number
  seconds?: number
  milliseconds?: number
  toPostgres(): string
  toISO(): string
}
