/** Colours of the site's style sheet, for a picture outside the site. */
const STYLE =
  '<style>svg{--series-1:#1f6fc4;--series-2:#b4540a;--series-3:#2c7a3f;--series-4:#8a3fa0;background:#fff;color:#222}</style>'

/** An SVG of the site as a separate file. */
export function standalone(svg: string): string {
  const named = svg.includes('xmlns=') ? svg : svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')
  return `${named.replace('>', `>${STYLE}`)}\n`
}
