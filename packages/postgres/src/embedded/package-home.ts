import { basename } from 'node:path'
import { findHome, type Home } from './home.ts'

/**
 * The home of the servers for a package's tests: `.embedded` in the package's folder, with PostgreSQL 17.
 *
 * @param folder of the package
 * @param workspace folder whose node_modules has the binaries
 */
export function packageHome(folder: string, workspace: string): Home {
  const installed = { major: '17' as const, project: workspace }
  const place = { folder: `${folder}/.embedded`, shared: `/var/lib/${basename(folder)}`, installed }
  return findHome('17', place, () => {})
}
