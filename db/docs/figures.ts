import { readFileSync } from 'node:fs'
import type { Evidence } from 'schema-site/evidence.ts'
import type { FigureGroup } from 'schema-site/figures-page.ts'
import type { Figure, Value } from 'schema-site/plots.ts'
import { inRoot } from '../paths.ts'
import { benchFigures } from './bench-figures.ts'

/** Every figure of the repository: benchmarks, mutants, and the number of attempts of each command. */
export function figureGroups(evidence: Evidence): FigureGroup[] {
  return [...benchFigures(), mutants(), coverage(evidence)]
}

interface MutantReport {
  made: { migration: string; postgres: string }
  mutants: number
  killed: number
  score: number
  operators: { operator: string; mutants: number; killed: number; equivalent: number; survived: number }[]
}

/** tests/mutants/report.json by subject, which is the part of an operator's name before the colon. */
function mutants(): FigureGroup {
  const report: MutantReport = JSON.parse(readFileSync(inRoot('tests', 'mutants', 'report.json'), 'utf8'))
  const subjects = [...new Set(report.operators.map(({ operator }) => subjectOf(operator)))]
  const figures = subjects.map((subject): Figure => {
    const operators = report.operators.filter(({ operator }) => subjectOf(operator) === subject)
    return {
      title: `Mutants: ${subject}`,
      about: '',
      unit: 'mutants',
      kind: 'bars',
      values: operators.flatMap(({ operator, killed, equivalent, survived }) => {
        const label = operator.slice(subject.length + 2)
        const kinds: [string, number][] = [
          ['killed', killed],
          ['equivalent', equivalent],
          ['SURVIVED', survived],
        ]
        return kinds
          .filter(([series, value]) => series === 'killed' || value > 0)
          .map(([series, value]): Value => ({ label, series, value }))
      }),
    }
  })
  return {
    title: 'Mutants',
    about: `make mutants weakened the schema after ${report.made.migration} in ${report.mutants.toLocaleString('en')} ways, on PostgreSQL ${report.made.postgres}. The isolation tests found ${report.killed.toLocaleString('en')}: a score of ${report.score} %.`,
    figures,
  }
}

function subjectOf(operator: string): string {
  return operator.split(':')[0] ?? operator
}

/** Number of statements in the matrix for each command, by role. */
function coverage({ attempts }: Evidence): FigureGroup {
  const counts = new Map<string, Value>()
  for (const { table, command, role } of attempts) {
    const label = `${table}: ${command ?? 'other'}`
    const value = counts.get(`${label} ${role}`) ?? { label, series: role, value: 0 }
    counts.set(`${label} ${role}`, { ...value, value: value.value + 1 })
  }
  const tables = [...new Set(attempts.map(({ table }) => table))]
  return {
    title: 'Coverage of the access matrix',
    about: `make test-rls tries ${attempts.length.toLocaleString('en')} statements on ${tables.length} tables.`,
    figures: tables.map((table) => ({
      title: `Statements that try ${table}`,
      about: '',
      unit: 'statements',
      kind: 'bars',
      values: [...counts.values()]
        .filter(({ label }) => label.startsWith(`${table}: `))
        .map((each) => ({ ...each, label: each.label.slice(table.length + 2) })),
    })),
  }
}
