import { readFile } from 'node:fs/promises'
import { UsageError } from '../usage-error.ts'

/** A file being read line by line. `line` is the number of the line `next()` returned last. */
export type Script = {
  readonly path: string
  /** Folder-independent name for messages. */
  readonly name: string
  line: number
  next(): string | undefined
}

/** Opens a file for reading; refuses what is not UTF-8, since the server would refuse or garble it. */
export async function openScript(path: string, name: string): Promise<Script> {
  return scriptFromText(await readUtf8(path, name), path, name)
}

export function scriptFromText(text: string, path: string, name: string): Script {
  let offset = 0
  return {
    path,
    name,
    line: 0,
    next() {
      if (offset >= text.length) return undefined
      const newline = text.indexOf('\n', offset)
      const end = newline < 0 ? text.length : newline + 1
      const line = text.slice(offset, end)
      offset = end
      this.line++
      return line
    },
  }
}

export async function readUtf8(path: string, name: string): Promise<string> {
  const bytes = await readFile(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError(`${name} is not UTF-8: convert it (iconv -t UTF-8) and run again`)
  }
}
