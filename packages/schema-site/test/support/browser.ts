import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, or the program in CHROMIUM. */
const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Why a test cannot run in a browser here; false if it can. */
export const NO_BROWSER: string | false =
  !existsSync(PROGRAM) && `there is no ${PROGRAM}: install Chromium (apt-get install chromium)`

const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser; the caller must `close()` it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: QUIET })
}

export async function withBrowser<T>(work: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await launchBrowser()
  try {
    return await work(browser)
  } finally {
    await browser.close()
  }
}

/** Collects what a page should not do: errors, messages, dialogs, and requests that leave the site. */
export function watchPage(page: Page, site: string): string[] {
  const faults: string[] = []
  const note = (what: string, text: string) => faults.push(`${page.url()}: ${what} ${text}`)
  page.on('console', (message) => note('console', message.text()))
  page.on('pageerror', (error) => note('error', error.message))
  page.on('dialog', (dialog) => {
    note('dialog', dialog.message())
    void dialog.dismiss()
  })
  page.on('requestfailed', (request) => {
    // Leaving a page aborts its pending requests.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') note('failed request', request.url())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(site) && !request.url().startsWith('data:')) note('request', request.url())
  })
  page.on('response', (response) => {
    if (response.status() >= 400) note(`status ${response.status()}`, response.url())
  })
  return faults
}
