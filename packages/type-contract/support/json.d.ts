import type { Json } from './generated/db.js'

declare const json: unique symbol

/** JSON as text, created by `toJson`. */
export type JsonText<T = Json> = string & { readonly [json]: T }

/**
 * A value for a json or jsonb column that is written through pg. pg sends a JavaScript array as a PostgreSQL array, and a
 * string as JSON text; `toJson` converts both to JSON.
 *
 * @example
 * toJson(['a', 'b']) // → '["a","b"]'
 * toJson('a') // → '"a"'
 */
export declare function toJson<const T extends Json>(value: T): JsonText<T>
