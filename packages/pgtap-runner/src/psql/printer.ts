import { parseBoolean } from './variables.ts'

/** psql's output settings. The defaults are those of pg_prove: unaligned, tuples only, quiet. */
export type PrintSettings = {
  format: 'unaligned' | 'aligned' | 'csv'
  tuplesOnly: boolean
  expanded: boolean | 'auto'
  fieldSeparator: string
  recordSeparator: string
  null: string
  border: number
  footer: boolean
  title: string
}

export function createPrintSettings(): PrintSettings {
  return {
    format: 'unaligned',
    tuplesOnly: true,
    expanded: false,
    fieldSeparator: '|',
    recordSeparator: '\n',
    null: '',
    border: 1,
    footer: true,
    title: '',
  }
}

const ignored = new Set([
  'pager',
  'pager_min_lines',
  'columns',
  'linestyle',
  'numericlocale',
  'tableattr',
  'T',
  'unicode_border_linestyle',
  'unicode_column_linestyle',
  'unicode_header_linestyle',
  'xheader_width',
  'csv_fieldsep',
])

/** Applies `\pset name value`. Returns an error message if this package does not support it. */
export function setPrintOption(
  settings: PrintSettings,
  name: string,
  value: string | undefined,
): string | undefined {
  const toggled = (current: boolean) => (value === undefined ? !current : parseBoolean(value))
  switch (name) {
    case 'format': {
      const found = (['unaligned', 'aligned', 'csv'] as const).find(
        (format) => value && format.startsWith(value),
      )
      if (!found) return `\\pset format ${value ?? ''} is not supported: unaligned, aligned and csv are`
      settings.format = found
      return undefined
    }
    case 'tuples_only':
    case 't':
    case 'footer': {
      const key = name === 'footer' ? 'footer' : 'tuplesOnly'
      const flag = toggled(settings[key])
      if (flag === undefined) return `unrecognized value "${value}" for "${name}": Boolean expected`
      settings[key] = flag
      return undefined
    }
    case 'expanded':
    case 'x':
    case 'vertical': {
      if (value === 'auto') settings.expanded = 'auto'
      else {
        const flag = toggled(settings.expanded === true)
        if (flag === undefined)
          return `unrecognized value "${value}" for "${name}": Boolean or "auto" expected`
        settings.expanded = flag
      }
      return undefined
    }
    case 'fieldsep':
      if (value !== undefined) settings.fieldSeparator = value
      return undefined
    case 'recordsep':
      if (value !== undefined) settings.recordSeparator = value
      return undefined
    case 'fieldsep_zero':
      settings.fieldSeparator = '\0'
      return undefined
    case 'null':
      if (value !== undefined) settings.null = value
      return undefined
    case 'title':
    case 'C':
      settings.title = value ?? ''
      return undefined
    case 'border':
      if (value !== undefined) settings.border = Math.min(2, Number.parseInt(value, 10) || 0)
      return undefined
    default:
      return ignored.has(name) ? undefined : `\\pset: unknown option: ${name}`
  }
}

export type ResultPrinter = {
  fields(names: readonly string[]): void
  row(values: readonly (string | null)[]): void
  end(): void
}

/** Prints one result as psql does. Unaligned and csv rows are written as they arrive; aligned output needs all rows. */
export function printResult(settings: PrintSettings, write: (text: string) => void): ResultPrinter {
  const { format, tuplesOnly, recordSeparator } = settings
  const expanded = settings.expanded === true
  const shown = (values: readonly (string | null)[]) => values.map((value) => value ?? settings.null)
  const csv = (values: readonly string[]) =>
    values
      .map((value) =>
        /[",\n\r]|^$/.test(value) && value !== '' ? `"${value.replaceAll('"', '""')}"` : value,
      )
      .join(',')
  let names: readonly string[] = []
  let rows: string[][] = []
  let count = 0

  return {
    fields(given) {
      names = given
      if (format === 'aligned' || expanded) return
      if (tuplesOnly) return
      if (settings.title && format === 'unaligned') write(`${settings.title}\n`)
      write(format === 'csv' ? `${csv(names)}\n` : names.join(settings.fieldSeparator) + recordSeparator)
    },
    row(values) {
      count++
      if (format === 'aligned') rows.push(shown(values))
      else if (expanded) {
        if (count > 1 && format === 'unaligned') write('\n')
        shown(values).forEach((value, i) => {
          write(
            format === 'csv'
              ? `${csv([names[i] ?? '', value])}\n`
              : `${names[i]}${settings.fieldSeparator}${value}\n`,
          )
        })
      } else if (format === 'csv') write(`${csv(shown(values))}\n`)
      else write(shown(values).join(settings.fieldSeparator) + recordSeparator)
    },
    end() {
      const footer = `(${count} row${count === 1 ? '' : 's'})`
      if (format === 'aligned') {
        if (expanded) printExpanded(settings, names, rows, write)
        else printAligned(settings, names, rows, write)
        if (!tuplesOnly && settings.footer && !expanded) write(`${footer}\n`)
        write('\n')
      } else if (format === 'unaligned' && !tuplesOnly && settings.footer && !expanded) {
        write(footer + recordSeparator)
      }
      rows = []
    },
  }
}

function cells(values: readonly string[], widths: readonly number[], border: number, right: boolean): string {
  const [open, middle, close] =
    border === 0 ? ['', ' ', ''] : border === 1 ? [' ', ' | ', ''] : ['| ', ' | ', ' |']
  const last = values.length - 1
  const padded = values.map((value, i) => {
    const missing = ' '.repeat(Math.max(0, (widths[i] ?? 0) - [...value].length))
    if (border < 2 && i === last) return value
    return right ? missing + value : value + missing
  })
  return `${open}${padded.join(middle)}${close}\n`
}

function printAligned(
  settings: PrintSettings,
  names: readonly string[],
  rows: readonly string[][],
  write: (text: string) => void,
): void {
  const { border, tuplesOnly } = settings
  const widths = names.map((name, i) =>
    Math.max(
      tuplesOnly ? 0 : name.length,
      ...rows.map((row) => Math.max(...(row[i] ?? '').split('\n').map((part) => part.length))),
    ),
  )
  if (!tuplesOnly) {
    if (settings.title) write(`${settings.title}\n`)
    write(cells(names, widths, border, false))
    write(`${widths.map((width) => '-'.repeat(border ? width + 2 : width)).join(border ? '+' : ' ')}\n`)
  }
  for (const row of rows) {
    const parts = row.map((value) => value.split('\n'))
    const height = Math.max(...parts.map((part) => part.length), 1)
    for (let line = 0; line < height; line++) {
      const more = parts.map((part) => (line < part.length - 1 ? '+' : ''))
      write(
        cells(
          parts.map((part, i) => (part[line] ?? '').padEnd(more[i] ? (widths[i] ?? 0) : 0) + more[i]),
          widths,
          border,
          false,
        ),
      )
    }
  }
}

function printExpanded(
  settings: PrintSettings,
  names: readonly string[],
  rows: readonly string[][],
  write: (text: string) => void,
): void {
  const width = Math.max(0, ...names.map((name) => name.length))
  rows.forEach((row, index) => {
    if (!settings.tuplesOnly) write(`-[ RECORD ${index + 1} ]\n`)
    else if (index > 0) write('\n')
    row.forEach((value, i) => {
      write(`${(names[i] ?? '').padEnd(width)} | ${value.replaceAll('\n', `+\n${' '.repeat(width)} | `)}\n`)
    })
  })
}
