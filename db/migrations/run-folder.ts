import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isUnwritable } from 'postgres-kit/failure.ts'
import { isProcessAlive } from 'postgres-kit/process-alive.ts'
import { inRoot } from '../paths.ts'
import { makeTemporaryFolder } from '../temporary-folder.ts'

/** Creates a folder for the files of one run of dbmate, in the clone if that can be written, else in the system's temporary folder. */
export function makeRunFolder(): string {
  try {
    return makeInClone()
  } catch (error) {
    if (!isUnwritable(error)) throw error
    return makeTemporaryFolder('migrate')
  }
}

/** Also removes folders that killed runs left. */
function makeInClone(): string {
  const parent = inRoot('node_modules', '.cache', 'centrid', 'migrate')
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent))
    if (!isProcessAlive(Number(name.split('-')[0])))
      rmSync(join(parent, name), { recursive: true, force: true })
  return mkdtempSync(join(parent, `${process.pid}-`))
}
