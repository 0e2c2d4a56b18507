// Copied by "make types"; do not edit.
import type { Json } from './generated/db.js'

declare const json: unique symbol

/** JSON as text, made by `toJson`. */
export type JsonText<T = Json> = string & { readonly [json]: T }

/**
 * A value for a json or jsonb column written through pg, which takes an array for an array of PostgreSQL and a string
 * for JSON text: neither arrives as the JSON that was meant.
 *
 *     await db.updateTable('carts').set({ items: toJson([item]) }).execute()
 */
export declare function toJson<const T extends Json>(value: T): JsonText<T>
