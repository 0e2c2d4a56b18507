import type { TestEvent } from '../events.ts'

/** Turns events into text. Holds on to no more than the files that run at the moment. */
export type Reporter = { event(event: TestEvent): void }
export type Write = (text: string) => void
export type ReporterSettings = { readonly color: boolean; readonly notices: boolean }
