import { fileURLToPath } from 'node:url'

// Correct for db/paths.ts and for the bundles in .build/, because both are one folder below the root.
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Absolute path of a file or folder of this repository. */
export function inRoot(...parts: string[]): string {
  return [root.replace(/\/$/, ''), ...parts].join('/')
}
