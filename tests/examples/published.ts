import { inRoot } from '../../db/paths.ts'

/** A published package: its name and its entry module. */
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

/** Compiler options that map the names of the packages to their sources, because they are not built here. */
export const COMPILER_OPTIONS = {
  lib: ['es2023'],
  types: ['node'],
  paths: Object.fromEntries(PUBLISHED.map(({ name, entry }) => [name, [entry]])),
  allowImportingTsExtensions: true,
  noPropertyAccessFromIndexSignature: false,
  skipLibCheck: true,
}
