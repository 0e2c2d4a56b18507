import elk, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk.bundled.js'
import { tablePage } from './address.ts'
import { type Html, html, visible } from './html.ts'
import { type Constraint, type Table, tableTitle } from './model.ts'
import type { To } from './page.ts'

/** A box of the diagram: a table, or a table of another schema that foreign keys refer to. */
interface Box {
  id: string
  title: string
  /** The table's page; undefined for a table of another schema. */
  path: string | undefined
  rows: readonly Row[]
}

interface Row {
  marks: string
  name: string
  type: string
  owner: boolean
}

interface Line {
  name: string
  from: string
  to: string
}

const ROW = 20
const HEAD = 30
const CHARACTER = 7.3
const MARKS = 52
const LONGEST_NAME = 40
const LONGEST_TYPE = 26

/** A diagram of the tables, their columns and foreign keys. Tables are links; each build computes the layout. */
export async function diagram(
  tables: readonly Table[],
  ownerOf: (table: Table) => string | undefined,
): Promise<(to: To) => Html> {
  const boxes = [...tables.map((table) => boxOf(table, ownerOf(table))), ...outside(tables)]
  const lines = tables.flatMap((table) =>
    foreignKeys(table).map(({ name, references }) => ({
      name: `${name} on ${tableTitle(table)}`,
      from: idOf(table.schema, table.name),
      to: idOf(references.schema, references.table),
    })),
  )
  const layout = await place(boxes, lines)
  return (to) => draw(boxes, lines, layout, to)
}

function idOf(schema: string, table: string): string {
  return JSON.stringify([schema, table])
}

type ForeignKey = Constraint & { references: NonNullable<Constraint['references']> }

function foreignKeys({ constraints }: Table): ForeignKey[] {
  return constraints.flatMap((each) => (each.references ? [{ ...each, references: each.references }] : []))
}

function boxOf(table: Table, owner: string | undefined): Box {
  const inKey = (kind: Constraint['kind'], column: string) =>
    table.constraints.some((each) => each.kind === kind && each.columns.includes(column))
  return {
    id: idOf(table.schema, table.name),
    title: tableTitle(table),
    path: tablePage(table.name),
    rows: table.columns.map(({ name, type }) => ({
      marks: [inKey('primary key', name) && 'PK', inKey('foreign key', name) && 'FK']
        .filter(Boolean)
        .join(' '),
      name,
      type,
      owner: name === owner,
    })),
  }
}

/** Tables of other schemas, with their referenced columns. */
function outside(tables: readonly Table[]): Box[] {
  const boxes = new Map<string, Box>()
  for (const { references } of tables.flatMap(foreignKeys)) {
    const id = idOf(references.schema, references.table)
    if (tables.some((table) => idOf(table.schema, table.name) === id)) continue
    boxes.set(id, {
      id,
      title: `${references.schema}.${references.table}`,
      path: undefined,
      rows: references.columns.map((name) => ({ marks: 'PK', name, type: '', owner: false })),
    })
  }
  return [...boxes.values()]
}

async function place(boxes: readonly Box[], lines: readonly Line[]): Promise<ElkNode> {
  return new elk.default().layout({
    id: 'all',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.layered.spacing.nodeNodeBetweenLayers': '70',
      'elk.spacing.nodeNode': '28',
      'elk.spacing.componentComponent': '28',
      'elk.layered.compaction.connectedComponents': 'true',
    },
    children: boxes.map(({ id, rows, title }) => ({
      id,
      width: widthOf(title, rows),
      height: HEAD + rows.length * ROW + 6,
    })),
    edges: lines.map(({ from, to }, index) => ({ id: String(index), sources: [from], targets: [to] })),
  })
}

function widthOf(title: string, rows: readonly Row[]): number {
  const widest = Math.max(
    ...rows.map(
      ({ name, type }) => Math.min(name.length, LONGEST_NAME) + Math.min(type.length, LONGEST_TYPE) + 2,
    ),
    Math.min(title.length, LONGEST_NAME) - 4,
  )
  return MARKS + widest * CHARACTER + 12
}

function draw(boxes: readonly Box[], lines: readonly Line[], layout: ElkNode, to: To): Html {
  const { width = 0, height = 0, children = [], edges = [] } = layout
  return html`<svg class="diagram" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" role="group" aria-label="Tables and foreign keys" data-width="${Math.ceil(width)}">
<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker></defs>
${edges.map((edge, index) => line(edge, lines[index]))}
${boxes.map((each) => box(each, children.find(({ id }) => id === each.id) ?? { id: each.id }, to))}
</svg>`
}

function line({ sections = [] }: ElkExtendedEdge, about: Line | undefined): Html[] {
  return sections.map(({ startPoint, bendPoints = [], endPoint }) => {
    const points = [startPoint, ...bendPoints, endPoint].map(({ x, y }) => `${round(x)} ${round(y)}`)
    return html`<path class="key" d="M${points.join(' L')}" marker-end="url(#arrow)"><title>${about?.name}</title></path>\n`
  })
}

/** Only the title and a cover over the box are inside the link, so that its accessible name is the table's name. */
function box({ title, path, rows }: Box, { x = 0, y = 0, width = 0, height = 0 }: ElkNode, to: To): Html {
  const w = round(width)
  const name = html`<text class="title" x="10" y="20">${cut(title, LONGEST_NAME)}</text>`
  const columns = rows.map(({ marks, name, type, owner }, index) => {
    const line = HEAD + index * ROW + 15
    return html`<text class="marks" x="10" y="${line}">${marks}</text><text class="${owner ? 'owner' : 'column'}" x="${MARKS}" y="${line}">${cut(name, LONGEST_NAME)}${owner && ' ◆'}</text><text class="type" x="${round(width - 10)}" y="${line}">${cut(type, LONGEST_TYPE)}</text>
`
  })
  const link =
    path === undefined
      ? name
      : html`<a href="${to(path)}">${name}<rect class="cover" width="${w}" height="${height}" rx="6"/></a>`
  return html`<g class="box${path === undefined && ' outside'}" transform="translate(${round(x)} ${round(y)})"><rect width="${w}" height="${height}" rx="6"/>
<path class="head" d="M0 ${HEAD} H${w}"/>
${columns}${link}</g>
`
}

function cut(text: string, longest: number): Html {
  const all = [...visible(text)]
  return html`${all.length > longest ? `${all.slice(0, longest - 1).join('')}…` : all.join('')}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
