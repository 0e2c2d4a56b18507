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
  /** The end of a line that begins at the value, such as the 99th percentile. */
  until?: number
  /** The x value, for lines. */
  at?: number
}

export interface Figure {
  title: string
  /** A sentence below the title: what was measured, where, at which commit. */
  about: string
  unit: string
  /**
   * `bars`: one bar per label and series. `lines`: values against `at`, one line per label. `panels`: the same in a small
   * picture for each label, with one line per series.
   */
  kind: 'bars' | 'lines' | 'panels'
  /** Title of the x axis, for lines and panels. */
  against?: string
  /** A value to compare the others with, drawn as a line across the bars. */
  reference?: number
  /** What `until` is, such as `99th percentile`. */
  until?: string
  values: readonly Value[]
}

/** Colours of the style sheet. Each series also has its own symbol. */
const COLOURS = [1, 2, 3, 4].map((number) => `var(--series-${number})`)
const CHARACTER = 6.2
const WIDTH = 860
const PANELS_IN_A_ROW = 3
const PANEL_HEIGHT = 180
const LEGEND_STEP = 90
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
  const draw = { bars, lines, panels }[figure.kind]
  const options = draw(figure, values)
  const drawn = Plot.plot({ ...options, document, width: WIDTH, style: { fontSize: '12px' } })
  // Without a legend, Plot returns the picture alone.
  // A group must not have an accessible name; the picture has one.
  for (const part of drawn.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label')
  drawn.setAttribute('role', 'img')
  drawn.setAttribute('aria-label', figure.title)
  return trusted(drawn.outerHTML)
}

function scaleOf(values: readonly Value[]): 'log' | 'linear' {
  const all = values.flatMap(({ value, until = value }) => [value, until])
  const positive = all.filter((value) => value > 0)
  return positive.length === all.length && Math.max(...positive) / Math.min(...positive) > WIDE
    ? 'log'
    : 'linear'
}

function bars({ unit, reference }: Figure, values: readonly Value[]): Plot.PlotOptions {
  const type = scaleOf(values)
  const several = new Set(values.map(({ series }) => series)).size > 1
  const labels = [...new Set(values.map(({ label }) => label))]
  // The series of a label are below each other.
  const rows = labels
    .flatMap((label) => values.filter((each) => each.label === label))
    .map((each) => ({
      ...each,
      until: each.until ?? each.value,
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
      Plot.ruleY(
        rows.filter(({ value, until }) => until !== value),
        { y: 'name', x1: 'value', x2: 'until', stroke: 'series' },
      ),
      Plot.text(rows, {
        y: 'name',
        x: 'until',
        text: ({ value }: Value) => short(value),
        dx: 8,
        textAnchor: 'start',
      }),
      ...(type === 'linear' ? [Plot.ruleX([0])] : []),
      ...(reference === undefined ? [] : [Plot.ruleX([reference], { strokeDasharray: '4 3' })]),
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

/** All panels have the same scales, so that they can be compared. The names of the series are above them. */
function panels({ unit, against }: Figure, values: readonly Value[]): Plot.PlotOptions {
  const labels = [...new Set(values.map(({ label }) => label))]
  const placed = values.map((each) => {
    const at = labels.indexOf(each.label)
    return { ...each, column: at % PANELS_IN_A_ROW, row: Math.floor(at / PANELS_IN_A_ROW) }
  })
  const titles = labels.map((label) => placed.find((each) => each.label === label))
  const type = scaleOf(values)
  const powers = Array.from({ length: 13 }, (_, place) => 10 ** (place - 6))
  const facet = { fx: 'column', fy: 'row' } as const
  const place = { ...facet, x: 'at', y: 'value' } as const
  return {
    marginTop: 70,
    marginLeft: 50,
    marginRight: 20,
    height: 110 + PANEL_HEIGHT * Math.ceil(labels.length / PANELS_IN_A_ROW),
    fx: { axis: null, padding: 0.15 },
    fy: { axis: null, padding: 0.3 },
    x: {
      type: 'log',
      label: null,
      ticks: [...new Set(values.flatMap(({ at }) => at ?? []))],
      tickFormat: (value: number) => value.toLocaleString('en', { notation: 'compact' }),
    },
    y: {
      type,
      label: null,
      grid: true,
      ticks: type === 'log' ? powers.filter((power) => isWithin(power, values)) : 4,
      tickFormat: (value: number) => short(value),
    },
    color: { range: COLOURS },
    marks: [
      ...[...new Set(values.map(({ series }) => series))].flatMap((series, at) => {
        const corner = { facet: 'super', frameAnchor: 'top-left', dy: -55 } as const
        const left = at * LEGEND_STEP
        return [
          Plot.dot([{ series }], { ...corner, dx: left, fill: 'series', symbol: 'series', r: 5 }),
          Plot.text([series], { ...corner, dx: left + 10, textAnchor: 'start' }),
        ]
      }),
      Plot.text([`${unit}, against ${against}`], { facet: 'super', frameAnchor: 'top-right', dy: -55 }),
      Plot.line(placed, { ...place, z: 'series', stroke: 'series' }),
      Plot.dot(placed, { ...place, fill: 'series', symbol: 'series', r: 4 }),
      Plot.text(titles, {
        ...facet,
        text: 'label',
        frameAnchor: 'top-left',
        lineAnchor: 'bottom',
        lineWidth: 17,
        dy: -8,
        fontWeight: 600,
      }),
    ],
  }
}

function isWithin(place: number, values: readonly Value[]): boolean {
  const all = values.map(({ value }) => value)
  return place >= Math.min(...all) && place <= Math.max(...all)
}

/** `1.234` → `1.23`, `14500` → `14,500` */
export function short(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: Math.abs(value) < 1000 ? 3 : 21 })
}
