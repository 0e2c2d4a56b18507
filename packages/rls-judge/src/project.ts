import type pg from 'pg'
import type { Verdict } from './check.ts'
import type { Intent } from './intent.ts'
import type { Actor } from './matrix/actors.ts'
import type { Fixtures } from './matrix/fixtures.ts'
import type { Platform } from './platform.ts'

/** Everything that the judge is given of a project. It knows nothing else of it. */
export interface Project {
  intent: Intent
  platform: Platform
  attacks: Attacks
  /** pgTAP files, relative to the folder. */
  pgtap?: { folder: string; files: readonly string[] }
}

/** Attacks that only the project can name: they need to know what its functions do. */
export interface Attacks {
  /** How each function of the intent is called. */
  calls: CallsOf
  /** The search_path that the project's client gives each transaction, with pg_temp last. */
  clientPath: string
  /** Checks of the project's own, reported beside the covert channels. */
  channels: readonly ChannelAttack[]
}

/** A check of the project's own: what one user learns of another. Leaves the transaction as it was. */
export type ChannelAttack = (client: pg.Client, fixtures: Fixtures, bob: Actor) => AsyncGenerator<Verdict>

/** How a function is called, and as whom: a caller of the API, or the platform, which adds accounts (`none`). */
export interface Call {
  sql: string
  as: 'authenticated' | 'service_role' | 'none'
}

/** How functions are called, so that the answer shows whether a temporary object moved them. */
export interface Calls {
  /** Run by the owner first, so that the calls have something to find. */
  prepare: readonly string[]
  /** By name and argument types, as in the intent; each is called. */
  functions: Readonly<Record<string, Call>>
  /** Statements whose policies and defaults ask who is calling. */
  statements: readonly Call[]
}

export type CallsOf = (fixtures: Fixtures) => Calls
