import type { z } from 'zod'

/** Text as PostgreSQL stores it: without U+0000. Its length is counted in characters, like char_length. */
export declare function text(rules?: { min?: number; max?: number }): z.ZodType<string, string>

/** A whole number between two bounds; numbers beyond 2^53 are given as bigint or as digits. */
export declare function whole(
  min: string,
  max: string,
): z.ZodType<bigint | number | string, bigint | number | string>

/** An integer that JavaScript represents exactly. */
export declare function integer(min: number, max: number): z.ZodType<number, number>

/** A numeric: rounded to its scale like in PostgreSQL, then checked against the bounds. */
export declare function decimal(rules: {
  scale?: number
  min?: { value: string; exclusive: boolean }
  max?: { value: string; exclusive: boolean }
}): z.ZodType<number | string, number | string>

/** A real (4 bytes) or double precision (8 bytes). */
export declare function float(
  bytes: 4 | 8,
  rules?: { min?: { value: string; exclusive: boolean }; max?: { value: string; exclusive: boolean } },
): z.ZodType<number, number>

/** A point in time: a Date, or text with a time zone. */
export declare function timestamp(): z.ZodType<Date | string, Date | string>

/** JSON that jsonb can store: no U+0000 and no lone surrogate in any string. */
export declare function json(): z.ZodType<JsonValue, JsonValue>
export declare function json(shape: 'object'): z.ZodType<JsonRecord, JsonRecord>
export declare function json(shape: 'array'): z.ZodType<JsonValue[], JsonValue[]>

type JsonRecord = { [key: string]: JsonValue | undefined }
type JsonValue = string | number | boolean | null | JsonRecord | JsonValue[]
