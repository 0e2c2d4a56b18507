/** One object of a database, and what the catalog says of it. Names have their schema. */
export interface CatalogObject {
  /** Such as `table`, `column`, `policy`, `grant`. */
  kind: string
  /** Such as `public.notes`, `public.notes.title`, `notes_select_own on public.notes`. */
  name: string
  /** The table that it is a part of. */
  table: string | undefined
  /** What the catalog says, by a word for it. What is not set is left out. */
  facts: Readonly<Record<string, string>>
}

/** Every object by kind and name. */
export type Catalog = ReadonlyMap<string, CatalogObject>

/** What is left out of a catalog. */
export interface Scope {
  /** Schemas whose content is not looked at, beside PostgreSQL's own. */
  foreignSchemas: readonly string[]
  /** Roles whose attributes, memberships and settings are looked at. */
  roles: readonly string[]
}
