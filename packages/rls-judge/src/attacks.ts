import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { failed } from 'postgres-kit/failure.ts'
import type { Attacks, CallsOf, ChannelAttack } from './project.ts'

/** The exports of an attack module. */
interface AttackModule {
  /** How each function of the intent is called. One module of the folder exports it. */
  calls?: CallsOf
  /** An additional check. */
  channel?: ChannelAttack
}

/**
 * Loads a project's attacks: every module of a folder, sorted by name.
 *
 * @param folder modules that Node can import
 * @param clientPath the search_path that the project's client sets in each transaction
 * @throws Failure (1) if no module exports `calls`
 */
export async function loadAttacks(folder: string, clientPath: string): Promise<Attacks> {
  const names = readdirSync(folder)
    .filter((name) => /\.m?[jt]s$/.test(name))
    .sort()
  const modules: AttackModule[] = []
  for (const name of names) modules.push(await load(join(folder, name)))
  const calls = modules.find((each) => each.calls)?.calls
  if (!calls) throw failed(`${folder}: no module exports "calls", which says how the functions are called`)
  return { calls, clientPath, channels: modules.flatMap(({ channel }) => channel ?? []) }
}

async function load(file: string): Promise<AttackModule> {
  const module: unknown = await import(pathToFileURL(file).href)
  if (!isAttackModule(module)) throw failed(`${file} must export a function "calls" or a function "channel"`)
  return module
}

function isAttackModule(module: unknown): module is AttackModule {
  if (typeof module !== 'object' || module === null) return false
  const exported = [Reflect.get(module, 'calls'), Reflect.get(module, 'channel')]
  return exported.some((each) => typeof each === 'function') && exported.every(isFunctionOrNothing)
}

function isFunctionOrNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'function'
}
