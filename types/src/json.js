export function toJson(value) {
  return JSON.stringify(value)
}
