import type { Intent } from '../intent.ts'
import type { Platform, Server } from '../platform.ts'

/** What each comparison of the catalog is given. */
export interface Comparison {
  intent: Intent
  platform: Platform
  server: Server
}
