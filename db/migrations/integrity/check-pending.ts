import { parse } from 'libpg-query'
import { failed } from 'postgres-kit/failure.ts'
import { type MigrationFile, readSection } from '../files.ts'

/**
 * Refuses files that could be applied in part, because dbmate sends them unchanged.
 *
 * @throws Failure (1) that names each file; for a file that does not parse, PostgreSQL reports the error
 */
export async function refuseHalfApplied(files: readonly MigrationFile[]): Promise<void> {
  const problems: string[] = []
  for (const file of files) {
    const section = readSection(file, 'up')
    const parsed = await parse(section?.sql ?? '').catch(() => undefined)
    const statements = (parsed?.stmts ?? []).flatMap(({ stmt }) => (stmt ? [stmt] : []))
    if (statements.some((statement) => 'TransactionStmt' in statement))
      problems.push(
        `${file.name} begins or ends a transaction itself, so earlier statements would be kept if the file failed: remove that statement`,
      )
    if (section?.transaction === false && statements.length > 1)
      problems.push(
        `${file.name} has ${statements.length} statements and transaction:false: PostgreSQL would run them in one transaction. Write one file for each`,
      )
    const [only] = statements
    if (only && 'IndexStmt' in only && only.IndexStmt.concurrent && !only.IndexStmt.idxname)
      problems.push(`${file.name} creates an index without a name: name it, so that a failed run can drop it`)
  }
  if (problems.length > 0) throw failed(`nothing was done:\n  ${problems.join('\n  ')}`)
}
