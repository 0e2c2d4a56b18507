import { existsSync, readFileSync } from 'node:fs'
import type { FigureGroup } from 'schema-site/figures-page.ts'
import type { Figure, Value } from 'schema-site/plots.ts'
import { inRoot } from '../paths.ts'
import { measurementFigures, SIDES, USERS } from './measurement-figures.ts'

type Row = Readonly<Record<string, unknown>>

/** Fields with times, in drawing order; each is a series. */
const TIMES = ['ours', 'floor', 'plain', 'median', 'p50', 'p95', 'p99']

/**
 * The operations of bench/results.json, and the sections of bench/parts.json. Lists of times become bars, and ratios become
 * bars beside 1.
 */
export function benchFigures(): FigureGroup[] {
  const operations = read('results.json')
  const { measured, commit, node, cores } = Object(operations?.environment)
  return [
    ...(operations
      ? [
          {
            title: 'Operations',
            about: `Measured ${measured} at commit ${commit}, Node ${node}, ${cores} cores.`,
            names: namesIn(SIDES, USERS),
            figures: measurementFigures(Object(operations).measurements),
          },
        ]
      : []),
    ...partFigures(read('parts.json') ?? {}),
  ]
}

function read(name: string): Readonly<Record<string, Row>> | undefined {
  const path = inRoot('bench', name)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** Names with their meanings, as text without the marks of code. */
function namesIn(...lists: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  return Object.fromEntries(
    lists.flatMap(Object.entries).map(([name, meaning]) => [name, String(meaning).replaceAll('`', '')]),
  )
}

function partFigures(results: Readonly<Record<string, Row>>): FigureGroup[] {
  const groups = Object.entries(results).map(([name, section]) => ({
    title: `Benchmark ${inWords(name)}`,
    about: `Measured ${section.measured} at commit ${section.commit}, Node ${section.node}, ${section.cores} cores.`,
    figures: listsIn(section).flatMap(([title, rows]) => figuresOf(title, rows)),
  }))
  const growth = againstRows(results)
  return [
    ...(growth
      ? [
          {
            title: 'Search as the table grows',
            about: 'Each size has its own section below, with its commit.',
            figures: growth,
          },
        ]
      : []),
    ...groups.filter(({ figures }) => figures.length > 0),
  ]
}

/** Every list of rows below a section, by the names on the way to it. */
function listsIn(value: object, path: readonly string[] = []): [title: string, rows: readonly Row[]][] {
  return Object.entries(value).flatMap(([key, inner]): [string, readonly Row[]][] => {
    const here = [...path, key]
    if (Array.isArray(inner)) return [[here.map(inWords).join(', '), inner.map((row): Row => Object(row))]]
    return typeof inner === 'object' && inner !== null ? listsIn(inner, here) : []
  })
}

/** `largeUser` → `large user`, `search_1000000` → `search, 1,000,000` */
function inWords(name: string): string {
  return name
    .split('_')
    .map((part) =>
      /^\d+$/.test(part)
        ? Number(part).toLocaleString('en')
        : part.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    )
    .join(', ')
}

function labelOf(row: Row): string {
  return String(Object.values(row).find((value) => typeof value === 'string') ?? '')
}

function figuresOf(title: string, rows: readonly Row[]): Figure[] {
  const times = valuesOf(rows, TIMES)
  const ratios = valuesOf(rows, ['ratio'])
  return [
    ...(times.length > 0
      ? [{ title, about: '', unit: 'milliseconds', kind: 'bars', values: times } as const]
      : []),
    ...(ratios.length > 0
      ? [
          {
            title: `${title}: ratio`,
            about: '1 means as fast as the compared side.',
            unit: 'ratio',
            kind: 'bars',
            reference: 1,
            values: ratios,
          } as const,
        ]
      : []),
  ]
}

function valuesOf(rows: readonly Row[], fields: readonly string[]): Value[] {
  return rows.flatMap((row) =>
    fields.flatMap((series) => {
      const value = row[series]
      return typeof value === 'number' ? [{ label: labelOf(row), series, value }] : []
    }),
  )
}

/** Medians of each search design, by number of rows. */
function againstRows(results: Readonly<Record<string, Row>>): Figure[] | undefined {
  const values = Object.entries(results)
    .filter(([name]) => /^search(?:_\d+)?$/.test(name))
    .flatMap(([, section]) =>
      typeof section.rows === 'number' && Array.isArray(section.ordinaryUser)
        ? section.ordinaryUser.map(
            (row): Value => ({
              label: labelOf(Object(row)),
              series: 'median',
              value: Number(Object(row).median),
              at: Number(section.rows),
            }),
          )
        : [],
    )
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
  if (new Set(values.map(({ at }) => at)).size < 2) return undefined
  return [
    {
      title: 'Search of an ordinary user against rows',
      about: 'Both scales are logarithmic.',
      unit: 'milliseconds',
      kind: 'lines',
      against: 'rows',
      values,
    },
  ]
}
