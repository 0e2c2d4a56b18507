import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isUnwritable } from 'postgres-kit/failure.ts'

/** Assumed duration of a check that has not run on this machine. */
const UNKNOWN_MS = 5_000

/** How long each check took on this machine when it last ran. */
export class Durations {
  readonly #file: string
  #known: Record<string, number>

  /** @param file durations of earlier runs, in JSON; it need not exist */
  constructor(file: string) {
    this.#file = file
    this.#known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  }

  of(name: string): number {
    return this.#known[name] ?? UNKNOWN_MS
  }

  note(name: string, milliseconds: number): void {
    this.#known[name] = Math.round(milliseconds)
  }

  /** Does nothing where the file cannot be written: durations only decide which check starts first. */
  save(): void {
    try {
      mkdirSync(dirname(this.#file), { recursive: true })
      writeFileSync(this.#file, JSON.stringify(this.#known))
    } catch (error) {
      if (!isUnwritable(error)) throw error
    }
  }
}
