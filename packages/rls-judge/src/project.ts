import type pg from 'pg'
import type { Verdict } from './check.ts'
import type { Intent } from './intent.ts'
import type { Actor } from './matrix/actors.ts'
import type { Fixtures } from './matrix/fixtures.ts'
import type { Platform } from './platform.ts'

/** The judge's input: everything that it knows about a project. */
export interface Project {
  intent: Intent
  platform: Platform
  attacks: Attacks
  /** pgTAP files, relative to the folder. */
  pgtap?: { folder: string; files: readonly string[] }
}

/** Attacks that need to know what the project's functions do. */
export interface Attacks {
  /** How each function of the intent is called. */
  calls: CallsOf
  /** The search_path that the project's client gives each transaction, with pg_temp last. */
  clientPath: string
  /** Further checks of the project, reported with the covert channels. */
  channels: readonly ChannelAttack[]
}

/** A check of the project: what one user learns about another. It must leave the transaction unchanged. */
export type ChannelAttack = (client: pg.Client, fixtures: Fixtures, bob: Actor) => AsyncGenerator<Verdict>

/** How a function is called, and as whom: a caller of the API, or the platform, which adds accounts (`none`). */
export interface Call {
  sql: string
  as: 'authenticated' | 'service_role' | 'none'
}

/** How functions are called. The answer must differ when a temporary object takes the place of one that the function uses. */
export interface Calls {
  /** Statements that the owner runs first, to make rows that the calls find. */
  prepare: readonly string[]
  /** One call for each function, by name and argument types as in the intent. */
  functions: Readonly<Record<string, Call>>
  /** Statements that evaluate policies and defaults. */
  statements: readonly Call[]
}

export type CallsOf = (fixtures: Fixtures) => Calls
