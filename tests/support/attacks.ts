import { inRoot } from '../../db/paths.ts'

/** The folder of the attacks: as written where tsx runs a test file, bundled where `make test` bundled the file. */
export const ATTACKS = import.meta.url.endsWith('.ts')
  ? inRoot('tests', 'attacks')
  : inRoot('.build', 'attacks')
