import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { writeResults } from '../bench/results-file.ts'
import { benchTypes } from '../bench/types.ts'
import { findTarget } from '../db/target.ts'

await runCommand(async () => {
  const target = await findTarget(say)
  const results = benchTypes(target.owner)
  say(`Milliseconds, whole process, median of ${results.runs}, in turns`)
  say(`make types            ${results.makeTypes}`)
  say(`node .build/types.mjs ${results.types}`)
  say(`kysely-codegen        ${results.kyselyCodegen}`)
  say(`make types : kysely-codegen = ${results.ratio} (target: at most 1.5)`)
  writeResults('types', results)
})
