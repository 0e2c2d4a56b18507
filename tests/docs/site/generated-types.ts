import { readFileSync } from 'node:fs'
import { inRoot } from '../../../db/paths.ts'

const generated = (name: string) => readFileSync(inRoot('types', 'src', 'generated', name), 'utf8')

/** The types of a table's columns in `DB` of types/, by column. */
export function typesInDb(table: string): Map<string, string> {
  const text = generated('db.d.ts')
  const row = members(between(text, '\nexport interface DB {\n', '\n}\n'), '  ', ';').get(table)
  return members(between(text, `\nexport interface ${row} {\n`, '\n}\n'), '  ', ';')
}

/** The types of a table's `Row` in `Database` of types/, by column. */
export function typesInDatabase(table: string): Map<string, string> {
  const text = between(generated('supabase.d.ts'), `\n      ${table}: {\n`, '\n      }\n')
  return members(between(text, '        Row: {\n', '\n        }\n'), '          ', '')
}

function between(text: string, begin: string, end: string): string {
  const start = text.indexOf(begin)
  if (start < 0) throw new Error(`types/ does not declare ${begin.trim()}`)
  return text.slice(start + begin.length, text.indexOf(end, start))
}

/** `name: type` of each line with this indentation. */
function members(text: string, indent: string, end: string): Map<string, string> {
  return new Map(
    text
      .split('\n')
      .filter((line) => line.startsWith(indent) && /^\w/.test(line.slice(indent.length)))
      .map((line) => {
        const [name = '', ...type] = line.slice(indent.length).split(': ')
        return [name, type.join(': ').slice(0, -end.length || undefined)]
      }),
  )
}
