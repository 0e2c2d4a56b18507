import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { type Html, trusted, visible } from './html.ts'

/** One measured value of a figure. */
export interface Value {
  /** What was measured: a query, a call. */
  label: string
  /** The series: `ours`, `floor`. */
  series: string
  value: number
  /** The x value, for lines. */
  at?: number
}

export interface Figure {
  title: string
  /** A sentence below the title: what was measured, where, at which commit. */
  about: string
  unit: string
  /** `bars`: one bar per label and series. `lines`: values against `at`, one line per label. */
  kind: 'bars' | 'lines'
  /** Title of the x axis, for lines. */
  against?: string
  values: readonly Value[]
}

/** Colours of the style sheet. Each series also has its own symbol. */
const COLOURS = [1, 2, 3, 4].map((number) => `var(--series-${number})`)
const CHARACTER = 6.2
const WIDTH = 860
/** From this ratio of largest to smallest value, the scale is logarithmic, because a linear one would hide small values. */
const WIDE = 30

/** Draws a figure as SVG, without a browser. */
export function plot(figure: Figure): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const values = figure.values.map((each) => ({
    ...each,
    label: visible(each.label),
    series: visible(each.series),
  }))
  const options = figure.kind === 'lines' ? lines(figure, values) : bars(figure, values)
  const drawn = Plot.plot({ ...options, document, width: WIDTH, style: { fontSize: '12px' } })
  // Without a legend, Plot returns the picture alone.
  // A group must not have an accessible name; the picture has one.
  for (const part of drawn.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label')
  drawn.setAttribute('role', 'img')
  drawn.setAttribute('aria-label', figure.title)
  return trusted(drawn.outerHTML)
}

function scaleOf(values: readonly Value[]): 'log' | 'linear' {
  const positive = values.map(({ value }) => value).filter((value) => value > 0)
  return positive.length === values.length && Math.max(...positive) / Math.min(...positive) > WIDE
    ? 'log'
    : 'linear'
}

function bars({ unit }: Figure, values: readonly Value[]): Plot.PlotOptions {
  const type = scaleOf(values)
  const several = new Set(values.map(({ series }) => series)).size > 1
  const rows = values.map((each) => ({
    ...each,
    name: several ? `${each.label} · ${each.series}` : each.label,
  }))
  const common = { y: 'name', x: 'value', fill: 'series', sort: { y: null } } as const
  return {
    marginLeft: Math.min(Math.max(...rows.map(({ name }) => name.length)) * CHARACTER + 20, WIDTH / 2),
    marginRight: 60,
    x: { type, label: unit, grid: true },
    y: { label: null },
    color: { range: COLOURS },
    marks: [
      type === 'log'
        ? Plot.dot(rows, { ...common, symbol: 'series', r: 5 })
        : Plot.barX(rows, { ...common, insetTop: 1, insetBottom: 1 }),
      Plot.text(rows, {
        y: 'name',
        x: 'value',
        text: ({ value }: Value) => short(value),
        dx: 8,
        textAnchor: 'start',
      }),
      ...(type === 'linear' ? [Plot.ruleX([0])] : []),
    ],
  }
}

function lines({ unit, against }: Figure, values: readonly Value[]): Plot.PlotOptions {
  const last = [...new Map(values.map((each) => [each.label, each])).values()]
  return {
    marginRight: Math.min(Math.max(...last.map(({ label }) => label.length)) * CHARACTER + 20, WIDTH / 2),
    marginLeft: 60,
    height: 340,
    x: {
      type: 'log',
      label: against ?? '',
      tickFormat: (value: number) => value.toLocaleString('en'),
      ticks: [...new Set(values.flatMap(({ at }) => at ?? []))],
    },
    y: { type: scaleOf(values), label: unit, grid: true },
    color: { range: COLOURS },
    marks: [
      Plot.line(values, { x: 'at', y: 'value', stroke: 'label' }),
      Plot.dot(values, { x: 'at', y: 'value', fill: 'label', symbol: 'label', r: 5 }),
      Plot.text(last, { x: 'at', y: 'value', text: 'label', dx: 10, textAnchor: 'start' }),
    ],
  }
}

/** `1.234` → `1.23`, `14500` → `14,500` */
export function short(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: Math.abs(value) < 1000 ? 3 : 21 })
}
