import type { Growth, Ratio } from './operations/compare.ts'
import type { Measurement } from './operations/measurement.ts'

/** The circumstances of a measurement. */
export interface Environment {
  measured: string
  commit: string
  node: string
  postgres: string
  /** Settings of the server that affect times. */
  configuration: Readonly<Record<string, string>>
  cores: number
  memory_gb: number
  /** Runnable processes. Above the number of cores, absolute times are too long. */
  load: number
  rows: readonly number[]
  users: number
  /** Seed of all random choices. */
  seed: number
}

/** bench/results.json. */
export interface Results {
  environment: Environment
  measurements: readonly Measurement[]
  ratios: readonly Ratio[]
  growth: readonly Growth[]
}

/** bench/parts.json: separate measurements, by name. */
export type Parts = Readonly<Record<string, object>>
