import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** The pages of a site, as paths relative to its folder. */
export function htmlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html'))
    .sort()
}

/** Links that lead to no file of the site, or to no anchor in the file. */
export function brokenLinks(folder: string): string[] {
  const pages = new Map(htmlFiles(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
  const anchors = new Map([...pages].map(([path, text]) => [path, new Set(matches(text, / id="([^"]*)"/g))]))
  return [...pages].flatMap(([path, text]) =>
    matches(text, / href="([^"]*)"/g)
      .filter((href) => !/^(?:https?|mailto):/.test(href) && !/\.(?:css|svg)$/.test(href))
      .filter((href) => {
        const [file = '', anchor] = href.split('#')
        const target = file === '' ? path : decodeURIComponent(posix.join(posix.dirname(path), file))
        const places = anchors.get(target)
        return !places || (anchor !== undefined && !places.has(decodeURIComponent(anchor)))
      })
      .map((href) => `${path}: ${href}`),
  )
}

/** Resources that pages load from another host. Links do not count. */
export function foreignAddresses(folder: string): string[] {
  return htmlFiles(folder).flatMap((path) => {
    const text = readFileSync(join(folder, path), 'utf8')
    return matches(
      text,
      /<(?:link|script|img|iframe|source|use|image)\b[^>]*?\b(?:src|href)="((?:[a-z]+:)?\/\/[^"]*)"/g,
    ).map((address) => `${path}: ${address}`)
  })
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found)
}
