import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { inRoot } from '../../db/paths.ts'

const FILE = inRoot('node_modules', '.cache', 'centrid', 'durations.json')
/** Of a check that has not run here yet. */
const UNKNOWN_MS = 5_000

/** How long each check took on this machine when it last ran. */
export class Durations {
  #known: Record<string, number>

  constructor() {
    this.#known = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {}
  }

  of(name: string): number {
    return this.#known[name] ?? UNKNOWN_MS
  }

  note(name: string, milliseconds: number): void {
    this.#known[name] = Math.round(milliseconds)
  }

  save(): void {
    mkdirSync(dirname(FILE), { recursive: true })
    writeFileSync(FILE, JSON.stringify(this.#known))
  }
}
