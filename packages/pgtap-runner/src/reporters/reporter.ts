import type { TestEvent } from '../events.ts'

/** Turns events into text. Keeps in memory only the files that are running. */
export type Reporter = { event(event: TestEvent): void }
export type Write = (text: string) => void
export type ReporterSettings = { readonly color: boolean; readonly notices: boolean }
