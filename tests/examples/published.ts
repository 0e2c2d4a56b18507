import { inRoot } from '../../db/paths.ts'

/** A published package: its name, and the module that is its front door. */
export interface Published {
  name: string
  entry: string
}

/** Every published package whose functions have examples. */
export const PUBLISHED: readonly Published[] = [
  { name: '@centrid/db', entry: inRoot('db', 'client', 'index.ts') },
  { name: '@centrid/db-types', entry: inRoot('types', 'src', 'index.d.ts') },
  { name: 'pgtap-runner', entry: inRoot('packages', 'pgtap-runner', 'src', 'index.ts') },
]

/** Options of a program that uses the packages: their names lead to their sources, where they are not built. */
export const COMPILER_OPTIONS = {
  lib: ['es2023'],
  types: ['node'],
  paths: Object.fromEntries(PUBLISHED.map(({ name, entry }) => [name, [entry]])),
  allowImportingTsExtensions: true,
  noPropertyAccessFromIndexSignature: false,
  skipLibCheck: true,
}
