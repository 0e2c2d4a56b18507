import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MigrationFile } from '../../db/migrations/files.ts'
import { readSection } from '../../db/migrations/files.ts'

/** Another tool that runs migrations, set up to run the same SQL. */
export interface Peer {
  name: string
  /** Exact versions, which the benchmark installs into its own folder. */
  packages: Readonly<Record<string, string>>
  /** Files of its project, by path. */
  project(migrations: readonly MigrationFile[]): Record<string, string>
  /** Program in node_modules/.bin and its arguments; DATABASE_URL is also set. */
  command(databaseUrl: string): [program: string, ...args: string[]]
  /** Query for the number of migrations in the tool's ledger. */
  ledger: string
  /** What it prints when nothing is pending. */
  nothingPending: RegExp
}

export const PEERS: readonly Peer[] = [
  {
    name: 'node-pg-migrate',
    packages: { 'node-pg-migrate': '9.0.0', pg: '8.23.1' },
    project: (migrations) =>
      Object.fromEntries(
        migrations.map((file) => [
          `migrations/${file.name}`,
          `-- Up Migration\n${upSql(file)}\n-- Down Migration\n`,
        ]),
      ),
    command: () => [
      'node-pg-migrate',
      'up',
      '--migrations-schema',
      'pgmigrate',
      '--create-migrations-schema',
    ],
    ledger: 'select count(*)::int as count from pgmigrate.pgmigrations',
    nothingPending: /No migrations to run/,
  },
  {
    name: 'drizzle-kit migrate',
    packages: { 'drizzle-kit': '0.31.11', 'drizzle-orm': '0.45.4', pg: '8.23.1' },
    project: (migrations) => ({
      'drizzle.config.js': `module.exports = {
        dialect: 'postgresql', out: './drizzle', dbCredentials: { url: process.env.DATABASE_URL },
      }`,
      'drizzle/meta/_journal.json': JSON.stringify({
        version: '7',
        dialect: 'postgresql',
        entries: migrations.map((file, idx) => ({
          idx,
          version: '7',
          when: 1_760_000_000_000 + idx,
          tag: file.name.replace(/\.sql$/, ''),
          breakpoints: true,
        })),
      }),
      ...Object.fromEntries(migrations.map((file) => [`drizzle/${file.name}`, upSql(file)])),
    }),
    command: () => ['drizzle-kit', 'migrate'],
    ledger: 'select count(*)::int as count from drizzle.__drizzle_migrations',
    nothingPending: /migrations applied successfully/,
  },
  {
    name: 'supabase db push',
    packages: { supabase: '3.1.0' },
    project: (migrations) => ({
      'supabase/config.toml': 'project_id = "bench"\n',
      ...Object.fromEntries(migrations.map((file) => [`supabase/migrations/${file.name}`, upSql(file)])),
    }),
    command: (databaseUrl) => ['supabase', 'db', 'push', '--yes', `--remote=${databaseUrl}`],
    ledger: 'select count(*)::int as count from supabase_migrations.schema_migrations',
    nothingPending: /up to date/,
  },
]

/** Writes a peer's project into a folder. */
export function writeProject(folder: string, peer: Peer, migrations: readonly MigrationFile[]): void {
  for (const [path, text] of Object.entries(peer.project(migrations))) {
    mkdirSync(dirname(`${folder}/${path}`), { recursive: true })
    writeFileSync(`${folder}/${path}`, text)
  }
}

function upSql(file: MigrationFile): string {
  return readSection(file, 'up')?.sql ?? ''
}
