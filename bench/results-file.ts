import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { plot } from 'schema-site/plots.ts'
import { measurementFigures } from '../db/docs/measurement-figures.ts'
import { inRoot } from '../db/paths.ts'
import { renderReport } from './report.ts'
import type { Parts, Results } from './results.ts'
import { standalone } from './standalone-svg.ts'

const RESULTS = inRoot('bench', 'results.json')
const PARTS = inRoot('bench', 'parts.json')
const PLOTS = inRoot('bench', 'plots')

/** Writes bench/results.json, the report and the plots. */
export function writeOperations(results: Results): void {
  writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`)
  rmSync(PLOTS, { recursive: true, force: true })
  mkdirSync(PLOTS)
  for (const [name, svg] of plotsOf(results)) writeFileSync(`${PLOTS}/${name}`, svg)
  writeReport()
}

/** The plots of the operations, by file name. */
export function plotsOf(results: Pick<Results, 'measurements'>): Map<string, string> {
  const figures = measurementFigures(results.measurements.map((each) => ({ ...each })))
  return new Map(
    figures.map((figure) => {
      const name = figure.title
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replace(/-$/, '')
      return [`${name}.svg`, standalone(plot(figure).html)]
    }),
  )
}

/** Writes a benchmark's result, with its circumstances, into bench/parts.json and bench/report.md, replacing the earlier one. */
export function writeResults(section: string, results: object): void {
  const sections = Object.entries({ ...readParts(), [section]: { ...circumstances(), ...results } })
  sections.sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(PARTS, `${JSON.stringify(Object.fromEntries(sections), undefined, 2)}\n`)
  writeReport()
}

/** Reads both files. */
export function readBoth(): { results: Results | undefined; parts: Parts } {
  const results = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : undefined
  return { results, parts: readParts() }
}

function readParts(): Parts {
  return existsSync(PARTS) ? JSON.parse(readFileSync(PARTS, 'utf8')) : {}
}

function writeReport(): void {
  const { results, parts } = readBoth()
  writeFileSync(inRoot('bench', 'report.md'), renderReport(results, parts))
}

/** Time, commit and machine of a measurement. */
export function circumstances() {
  return {
    measured: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: inRoot(), encoding: 'utf8' }).trim(),
    node: process.version,
    cores: cpus().length,
  }
}

/** Memory of this machine, in GB. */
export function memory(): number {
  return Math.round(totalmem() / 2 ** 30)
}
