import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { inRoot } from '../db/paths.ts'
import { renderReport } from './report.ts'

const FILE = inRoot('bench', 'results.json')

/** Puts a benchmark's result into bench/results.json (and bench/report.md), in place of its earlier one, with when and where it was measured. */
export function writeResults(section: string, results: object): void {
  const all: unknown = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {}
  const sections = Object.entries(Object.assign({}, all, { [section]: { ...circumstances(), ...results } }))
  sections.sort(([a], [b]) => (a < b ? -1 : 1))
  const sorted = Object.fromEntries(sections)
  writeFileSync(FILE, `${JSON.stringify(sorted, undefined, 2)}\n`)
  writeFileSync(inRoot('bench', 'report.md'), renderReport(sorted))
}

function circumstances() {
  return {
    measured: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: inRoot(), encoding: 'utf8' }).trim(),
    node: process.version,
    cores: cpus().length,
  }
}
