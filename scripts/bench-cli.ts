import { cpus } from 'node:os'
import { runCommand } from 'command-line/run-command.ts'
import { colour, say } from 'command-line/terminal.ts'
import { benchCli } from '../bench/cli/cli.ts'
import { writeResults } from '../bench/results-file.ts'

await runCommand(async () => {
  const results = await benchCli((line) => say(colour('dim', line)))
  const { coldMigrate, nothingPending, allPending, types, testRls, missing } = results
  say(
    `\nSeconds, whole process, median of ${results.runs}; ${results.load} processes wanted ${cpus().length} cores`,
  )
  line('make migrate, cold (initdb included)', coldMigrate, under(coldMigrate, 6))
  for (const [name, time] of Object.entries(nothingPending)) line(`nothing pending: ${name}`, time)
  const against = (of: Record<string, number>, ours: string, theirs: string, target: number) => {
    const times = (of[ours] ?? Number.NaN) / (of[theirs] ?? Number.NaN)
    line(`${ours} against ${theirs}`, times, under(times, target))
  }
  against(nothingPending, 'make migrate', 'dbmate status', 3)
  for (const [name, time] of Object.entries(allPending)) line(`all pending: ${name}`, time)
  against(allPending, 'node .build/migrate.mjs', "dbmate's bare binary", 1.5)
  for (const [name, reason] of Object.entries(missing))
    say(`     none  nothing pending: ${name}: ${reason.split('\n')[0]}`)
  const ratio = (types['make types'] ?? Number.NaN) / (types['kysely-codegen'] ?? Number.NaN)
  for (const [name, time] of Object.entries(types)) line(`types: ${name}`, time)
  line('types: make types against kysely-codegen alone', ratio, under(ratio, 1.5))
  line('make test-rls', testRls, under(testRls, 5))
  writeResults('cli', results)
})

function line(name: string, value: number, verdict = ''): void {
  say(`${value.toFixed(2).padStart(9)}  ${name}${verdict}`)
}

function under(value: number, target: number): string {
  return value < target
    ? ` (target: under ${target}, met)`
    : ` (target: under ${target}, ${colour('red', 'missed')})`
}
