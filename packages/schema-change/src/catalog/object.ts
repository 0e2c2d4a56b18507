/** One object of a database and its facts in the catalog. Names are qualified. */
export interface CatalogObject {
  /** Such as `table`, `column`, `policy`, `grant`. */
  kind: string
  /** Such as `public.notes`, `public.notes.title`, `notes_select_own on public.notes`. */
  name: string
  /** The table to which it belongs. */
  table: string | undefined
  /** Values from the catalog by name; unset ones are left out. */
  facts: Readonly<Record<string, string>>
}

/** Every object by kind and name. */
export type Catalog = ReadonlyMap<string, CatalogObject>

/** The part of a database to read. */
export interface Scope {
  /** Schemas whose content is skipped, in addition to PostgreSQL's own. */
  foreignSchemas: readonly string[]
  /** Roles whose attributes, memberships and settings are read. */
  roles: readonly string[]
}
