import { type Content, type Html, html } from './html.ts'

/** Returns the address of a page or file of the site, relative to the current page. */
export type To = (path: string) => string

export interface Page {
  /** From the root of the site: `tables/orders.html`. */
  path: string
  title: string
  /** Shown in search results beside the title: `table`, `decision`. */
  kind: string
  body: (to: To) => Html
  /** Further search results on this page, such as columns or rules. */
  entries?: readonly Entry[]
  /** Text for the search index. */
  text?: string
}

/** A place on a page. */
export interface Entry {
  title: string
  kind: string
  /** `#column-id`; undefined for the page itself. */
  anchor?: string
  text: string
}

/** Content shared by all pages of a site. */
export interface Frame {
  /** The product's name. */
  name: string
  /** One line at the foot of each page: the source and date of the build. */
  made: string
  sections: readonly Section[]
}

/** A part of the site: a link at the top of each page, and the pages below it. */
export interface Section {
  title: string
  path: string
  /** Shown beside each page of the section. */
  pages?: readonly Group[]
}

export interface Group {
  title: string
  pages: readonly { path: string; title: string }[]
}

/** The HTML file of a page, with the frame. */
export function renderPage(page: Page, frame: Frame): string {
  const to = addressesFrom(page.path)
  const section = frame.sections.find((each) => belongsTo(page.path, each))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${page.title} · ${frame.name}</title>
<link rel="icon" href="${to('icon.svg')}">
<link rel="stylesheet" href="${to('site.css')}">
<script defer src="${to('site.js')}"></script>
</head>
<body data-root="${to('')}">
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="name" href="${to('index.html')}">${frame.name}</a>
<nav aria-label="Sections"><ul>${frame.sections.map((each) => sectionLink(each, each === section, page.path, to))}</ul></nav>
<search class="search" hidden>
<input type="search" id="search" aria-label="Search tables, columns, functions, decisions and rules" placeholder="Search" autocomplete="off" aria-controls="results" aria-describedby="found">
<span id="found" class="unseen" role="status"></span>
<ul id="results" hidden></ul>
</search>
</header>
<div class="middle">${section?.pages && sidebar(section.title, section.pages, page.path, to)}
<main id="content" tabindex="-1">
${page.body(to)}
</main></div>
<footer>${frame.made}</footer>
</body>
</html>
`.html
}

function belongsTo(path: string, { path: own, pages = [] }: Section): boolean {
  return path === own || pages.some((group) => group.pages.some((each) => each.path === path))
}

function sectionLink({ title, path }: Section, inside: boolean, current: string, to: To): Html {
  return html`<li><a href="${to(path)}"${inside && html` aria-current="${path === current ? 'page' : 'true'}"`}>${title}</a></li>`
}

function sidebar(title: string, groups: readonly Group[], current: string, to: To): Html {
  return html`
<nav class="side" aria-label="${title}"><details open><summary>${title}</summary>${groups.map(
    (group) => html`
<h2>${group.title}</h2>
<ul>${group.pages.map(
      (each) => html`
<li><a href="${to(each.path)}"${each.path === current && html` aria-current="page"`}>${each.title}</a></li>`,
    )}
</ul>`,
  )}
</details></nav>`
}

/** Relative addresses, so that the site works below any path and from a folder. */
export function addressesFrom(path: string): To {
  const up = '../'.repeat(path.split('/').length - 1)
  return (other) => (other === '' ? up || './' : up + encodePath(other))
}

/** Percent-encodes a path and its anchor. */
export function encodePath(path: string): string {
  return path.split('/').map(encodePart).join('/')
}

function encodePart(part: string): string {
  const [name = '', anchor] = part.split('#')
  return encodeURIComponent(name) + (anchor === undefined ? '' : `#${encodeURIComponent(anchor)}`)
}

/** A container that scrolls wide content on a small screen, also by keyboard. */
export function scrolling(label: string, content: Content): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${content}</div>`
}
