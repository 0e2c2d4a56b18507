import { inRoot } from '../../db/paths.ts'

/** The folder of the attacks: the sources if tsx runs the test file, the bundles if `make test` bundled it. */
export const ATTACKS = import.meta.url.endsWith('.ts')
  ? inRoot('tests', 'attacks')
  : inRoot('.build', 'attacks')
