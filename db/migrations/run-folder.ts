import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isProcessAlive } from 'postgres-kit/process-alive.ts'
import { inRoot } from '../paths.ts'

/** Creates a folder for the files of one run of dbmate, and removes folders that killed runs left. */
export function makeRunFolder(): string {
  const parent = inRoot('node_modules', '.cache', 'centrid', 'migrate')
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent))
    if (!isProcessAlive(Number(name.split('-')[0])))
      rmSync(join(parent, name), { recursive: true, force: true })
  return mkdtempSync(join(parent, `${process.pid}-`))
}
