import { resolve } from 'node:path'
import { CommandError, UnsupportedCommand } from './context.ts'
import { isWithin } from './include.ts'
import { openScript, type Script } from './script.ts'
import type { ScriptState } from './script-state.ts'

/**
 * `\copy`: COPY with the data on the client. Reads from the script itself (`from stdin`) or from a file the run may
 * read; writes to standard output only.
 */
export async function copyCommand(state: ScriptState, rest: string, line: number): Promise<void> {
  const { context, sender, script } = state
  const parsed = /^\s*([\s\S]*?)\s(from|to)\s+('(?:[^']|'')*'|\S+)([\s\S]*)$/i.exec(
    rest.replace(/;?\s*$/, ''),
  )
  const [, what, direction, target, options] = parsed ?? []
  if (!what || !direction || !target) throw new CommandError('\\copy: parse error')
  const side = direction.toLowerCase() === 'from' ? 'STDIN' : 'STDOUT'
  const text = `COPY ${what} ${direction} ${side}${options ?? ''}`
  const statement = { text, start: { file: script.name, line }, locate: () => undefined }
  if (target.toLowerCase() === side.toLowerCase()) return sender.send(statement, script, { wait: true })
  const path = resolve(context.cwd, target.replace(/^'|'$/g, '').replaceAll("''", "'"))
  if (side === 'STDOUT' || /^p(rogram|stdin)$/i.test(target)) {
    throw new UnsupportedCommand(
      `\\copy ${direction} ${target} is not supported: from stdin, from a file and to stdout are`,
    )
  }
  if (!context.roots.some((root) => isWithin(path, root))) {
    throw new UnsupportedCommand(
      `\\copy from ${target}: the file lies outside ${context.roots.join(', ')}; allow its folder with --root`,
    )
  }
  await sender.send(statement, readData(path, target), { wait: true })
}

function readData(path: string, target: string): Script {
  try {
    return openScript(path, target)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new CommandError(`${target}: No such file or directory`)
  }
}
