import type { PostgresMajor } from './majors.ts'

/** Where the embedded servers of a project live. */
export interface Place {
  /** Absolute path: clusters are `<folder>/<major>`, fetched binaries are below `<folder>/npm`. */
  folder: string
  /**
   * Absolute path of the folder that replaces `folder` where root runs and the system user cannot enter `folder`.
   * Each project gets one of its own below it.
   */
  shared: string
  /** The major whose binaries the project installs, and the project's absolute path (it has node_modules). */
  installed: { major: PostgresMajor; project: string }
}
