import hljs from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import json from 'highlight.js/lib/languages/json'
import sql from 'highlight.js/lib/languages/pgsql'
import typescript from 'highlight.js/lib/languages/typescript'
import { type Html, html, trusted, visible } from './html.ts'

const LANGUAGES = { bash, json, sql, typescript }
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language)

const OTHER_NAMES: Readonly<Record<string, string>> = {
  sh: 'bash',
  ts: 'typescript',
  js: 'typescript',
  mjs: 'typescript',
  cjs: 'typescript',
}

/** Longer code is not highlighted, because that takes too long. */
const LONG = 50_000

/** Code, highlighted if the language is known. It can be scrolled by keyboard. */
export function code(text: string, language = '', label = 'Code'): Html {
  const name = OTHER_NAMES[language] ?? language
  const known = name in LANGUAGES && text.length < LONG
  // highlight.js escapes its input.
  const content = known ? trusted(hljs.highlight(visible(text), { language: name }).value) : text
  return html`<pre tabindex="0" role="group" aria-label="${label}"><code>${content}</code></pre>`
}
