// Copied by "make types"; do not edit.
/**
 * A column's types for reading, inserting and updating. Equal to Kysely's type of this name, but defined here so that
 * the types work without Kysely.
 */
export type ColumnType<Select, Insert = Select, Update = Select> = {
  readonly __select__: Select
  readonly __insert__: Insert
  readonly __update__: Update
}

/** A column's type when it is read. */
export type SelectType<T> = T extends ColumnType<infer S, unknown, unknown> ? S : T

/** A column's type when it is inserted. */
export type InsertType<T> = T extends ColumnType<unknown, infer I, unknown> ? I : T

/** A column's type when it is updated. */
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

/**
 * A row to insert. Columns with a default and nullable columns are optional, generated ones are missing. As in Kysely,
 * undefined means omitted.
 */
export type Insertable<T> = Flat<
  { [K in RequiredKeys<T>]: InsertType<T[K]> } & { [K in OptionalKeys<T>]?: InsertType<T[K]> | undefined }
>

/** Columns to update. */
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
