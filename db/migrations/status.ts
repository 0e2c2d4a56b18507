import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import type { Applied } from './ledger.ts'
import { type MigrationState, migrationState } from './state.ts'

/** The output of `make status`. */
export interface Status {
  /** Names of files. */
  applied: string[]
  pending: string[]
  /** Applied versions without a file. */
  missing: string[]
  /** Applied files that differ from those in migrations/. */
  edited: string[]
  /** Adopted after a run of dbmate alone. */
  adopted: string[]
  history: HistoryLine[]
  /** Reasons for `make migrate` to refuse, in words. */
  problems: string[]
}

/** Who applied a migration, when, with what, and how long it took. */
export interface HistoryLine {
  version: string
  name: string | undefined
  state: 'applied' | 'adopted' | 'unrecorded' | 'edited' | 'missing'
  at: string | undefined
  milliseconds: number | undefined
  role: string | undefined
  tool: string | undefined
  commit: string | undefined
}

export async function readStatus(connection: ConnectionString, folder?: string): Promise<Status> {
  const state = await migrationState(connection, folder)
  const history = state.ledger.map((each) => historyLine(each, state))
  const names = (which: HistoryLine['state']) =>
    history.filter(({ state }) => state === which).map(({ name, version }) => name ?? version)
  return {
    applied: state.applied.map(({ name }) => name),
    pending: state.pending.map(({ name }) => name),
    missing: state.missing,
    edited: names('edited'),
    adopted: names('adopted'),
    history,
    problems: [...state.folder, ...state.changed.values(), ...state.late.values()],
  }
}

function historyLine({ version, record }: Applied, state: MigrationState): HistoryLine {
  return {
    version,
    name: state.applied.find((file) => file.version === version)?.name ?? record?.name,
    state: stateOf(version, record, state),
    at: (record?.started_at ?? record?.adopted_at)?.toISOString(),
    milliseconds: record?.milliseconds ?? undefined,
    role: record?.role,
    tool: record?.tool,
    commit: record?.commit ?? undefined,
  }
}

function stateOf(
  version: string,
  record: Applied['record'],
  { missing, changed }: MigrationState,
): HistoryLine['state'] {
  if (missing.includes(version)) return 'missing'
  if (changed.has(version)) return 'edited'
  if (!record) return 'unrecorded'
  return record.adopted_at ? 'adopted' : 'applied'
}
