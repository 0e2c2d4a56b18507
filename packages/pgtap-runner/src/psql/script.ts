import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { UsageError } from '../usage-error.ts'

/** A file read line by line. `line` is the number of the line that `next()` returned last. */
export type Script = {
  readonly path: string
  /** The name in messages. */
  readonly name: string
  line: number
  next(): string | undefined
}

/** Opens a file for reading. Refuses text that is not UTF-8, which the server would refuse or misread. */
export function openScript(path: string, name: string): Script {
  return scriptFromText(readUtf8(path, name), path, name)
}

function scriptFromText(text: string, path: string, name: string): Script {
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

/** Synchronous: waiting for the thread pool between files took a fifth of a run of small files. */
export function readUtf8(path: string, name: string): string {
  const bytes = readFileSync(path)
  if (!isUtf8(bytes)) throw new UsageError(`${name} is not UTF-8: convert it (iconv -t UTF-8) and run again`)
  return bytes.toString()
}
