import type { Growth, Ratio } from './operations/compare.ts'
import type { Measurement } from './operations/measurement.ts'

/** Where, on what and how the operations were measured. */
export interface Environment {
  measured: string
  commit: string
  node: string
  postgres: string
  /** Settings of the server that change times. */
  configuration: Readonly<Record<string, string>>
  cores: number
  memory_gb: number
  /** Processes that wanted a core: above the number of cores, absolute times are too long. */
  load: number
  rows: readonly number[]
  users: number
  /** Seeds whatever is drawn. */
  seed: number
}

/** bench/results.json. */
export interface Results {
  environment: Environment
  measurements: readonly Measurement[]
  ratios: readonly Ratio[]
  growth: readonly Growth[]
}

/** bench/parts.json: what is measured apart, by name. */
export type Parts = Readonly<Record<string, object>>
