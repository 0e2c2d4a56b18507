import { watch } from 'node:fs'
import { relative, resolve } from 'node:path'

/** Calls back after a .sql, .pg or .psql file in one of `folders` changed and no other change followed for a moment. */
export function watchFiles(folders: readonly string[], signal: AbortSignal): { changed(): Promise<string> } {
  let waiting: ((name: string) => void) | undefined
  let seen: string | undefined
  let timer: NodeJS.Timeout | undefined
  const note = (name: string) => {
    seen = name
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (!waiting || seen === undefined) return
      waiting(seen)
      waiting = undefined
      seen = undefined
    }, 100)
  }
  for (const folder of folders) {
    watch(folder, { recursive: true, signal }, (_event, name) => {
      if (name && /\.(?:sql|pg|psql)$/.test(name)) note(relative(process.cwd(), resolve(folder, name)))
    })
  }
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  return {
    changed: () =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve('')
        signal.addEventListener('abort', () => resolve(''), { once: true })
        waiting = resolve
        if (seen !== undefined) note(seen)
      }),
  }
}
