/** A setting is missing or invalid. Its message is for the log; the caller gets a generic error. */
export class Misconfigured extends Error {
  override readonly name = 'Misconfigured'
}

/** A setting of the function; empty counts as unset. */
export function setting(name: string): string | undefined {
  return Deno.env.get(name) || undefined
}
