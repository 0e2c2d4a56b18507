/** A value as TypeScript source, so that the compiler can check it against a type. */
export function sourceOf(value: unknown): string {
  if (value instanceof Date) return `new Date(${JSON.stringify(value.toISOString())})`
  if (value instanceof Uint8Array) return `new Uint8Array([${[...value].join(', ')}])`
  if (Array.isArray(value)) return `[${value.map(sourceOf).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const prototype: object | null = Object.getPrototypeOf(value)
    const methods =
      prototype === Object.prototype || prototype === null ? [] : Object.getOwnPropertyNames(prototype)
    const properties = [
      ...Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${sourceOf(each)}`),
      ...methods.filter((name) => /^to(Postgres|ISO)$/.test(name)).map((name) => `${name}: () => ''`),
    ]
    return `{ ${properties.join(', ')} }`
  }
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}
