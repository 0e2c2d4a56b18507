import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { findSumProblem } from './integrity/sum.ts'
import { migrationState } from './state.ts'

/**
 * Compares ledger, files and migrations.sum.
 *
 * @returns the number of applied migrations, and the problems in words
 */
export async function findVerifyProblems(
  connection: ConnectionString,
  folder?: string,
): Promise<{ applied: number; problems: string[] }> {
  const {
    applied,
    pending,
    unrecorded,
    unpushed,
    folder: ofFolder,
    changed,
    late,
  } = await migrationState(connection, folder)
  const sum = findSumProblem(folder)
  return {
    applied: applied.length,
    problems: [
      ...ofFolder,
      ...changed.values(),
      ...late.values(),
      ...(sum === undefined ? [] : [`${sum}: if that is intended, run "make sum" and commit it`]),
      ...unrecorded.map(
        ({ name }) =>
          `${name} was applied without this ledger, so an edit cannot be detected: run "make migrate" to adopt it`,
      ),
      ...unpushed.map(
        ({ name }) =>
          `${name} is applied, and "supabase db push" would apply it again: run "make migrate", which tells the CLI`,
      ),
      ...pending
        .filter(({ version }) => !late.has(version))
        .map(({ name }) => `${name} is pending: run "make migrate"`),
    ],
  }
}
