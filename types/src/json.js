// Copied by "make types"; do not edit.
// @ts-self-types="./json.d.ts"
export function toJson(value) {
  return JSON.stringify(value)
}
