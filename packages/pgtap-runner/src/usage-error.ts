/** Wrong usage or environment: one line for a person, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
