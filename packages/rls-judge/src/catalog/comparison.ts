import type { Intent } from '../intent.ts'
import type { Platform, Server } from '../platform.ts'

/** The input of each comparison of the catalog. */
export interface Comparison {
  intent: Intent
  platform: Platform
  server: Server
}
