import type { PostgresMajor } from './majors.ts'

/** The folders of a project's embedded servers. */
export interface Place {
  /** Absolute path: clusters are in `<folder>/<major>`, fetched binaries in `<folder>/npm`. */
  folder: string
  /**
   * Absolute path of the folder that replaces `folder` if root runs this and the system user cannot enter `folder`.
   * Each project gets its own folder in it.
   */
  shared: string
  /** The major whose binaries the project installs, and the project's absolute path (it has node_modules). */
  installed: { major: PostgresMajor; project: string }
}
