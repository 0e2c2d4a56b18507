import type pg from 'pg'
import type { Verdict } from './check.ts'
import type { Intent } from './intent.ts'
import type { Fixtures } from './matrix/fixtures.ts'
import type { Platform } from './platform.ts'
import type { Stage } from './stage.ts'

/** The input of rls-judge. */
export interface Project {
  intent: Intent
  platform: Platform
  attacks: Attacks
  /** pgTAP files, relative to the folder. */
  pgtap?: { folder: string; files: readonly string[] }
  /** The stage that every part shares, on a server where its rows are committed. Otherwise each part sets its own. */
  stage?: Stage
}

/** Attacks that depend on the project's functions. */
export interface Attacks {
  /** How each function of the intent is called. */
  calls: CallsOf
  /** The search_path that the project's client sets in each transaction, with pg_temp last. */
  clientPath: string
  /** Additional checks of the project, reported with the covert channels. */
  channels: readonly ChannelAttack[]
}

/** A check of what one user can learn about another. What it changes it undoes: `withSetUp`. */
export type ChannelAttack = (client: pg.Client, stage: Stage) => AsyncGenerator<Verdict>

/** How a function is called, and as which role. `none`: as the platform, which inserts accounts. */
export interface Call {
  sql: string
  as: 'authenticated' | 'service_role' | 'none'
}

/** How functions are called. The result must differ if a temporary object replaces one that the function uses. */
export interface Calls {
  /** Statements that the owner runs first, to insert rows that the calls find. */
  prepare: readonly string[]
  /** One call for each function, by name and argument types as in the intent. */
  functions: Readonly<Record<string, Call>>
  /** Statements that evaluate policies and defaults. */
  statements: readonly Call[]
}

export type CallsOf = (fixtures: Fixtures) => Calls
