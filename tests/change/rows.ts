import { listMigrations } from '../../db/migrations/files.ts'

/** A change of the schema: the command and the edits of a developer. */
export interface Row {
  what: string
  /** Arguments of `make new`. */
  type: readonly string[]
  /** Edits by hand: file, text and replacement. */
  edits: readonly Edit[]
}

export interface Edit {
  file: 'migration' | 'intent'
  from: string
  to: string
}

// The number makes names unique in a clone that already contains these changes.
const n = listMigrations().length
const tags = `tags_${n}`

/** Replaces a text in the migration from the template. */
const reword = (from: string, to: string): Edit => ({ file: 'migration', from, to })

export const ROWS: readonly Row[] = [
  {
    what: 'a new table',
    type: [`name=add_${tags}`],
    edits: [
      reword(
        '    name text not null,\n',
        "    name text not null,\n    colour text not null default 'blue',\n",
      ),
      reword(
        'check (char_length(name) between 1 and 200)\n',
        `check (char_length(name) between 1 and 200),\n    constraint ${tags}_colour_check check (colour in ('blue', 'green'))\n`,
      ),
      reword(
        `comment on column public.${tags}.created_at`,
        `comment on column public.${tags}.colour is 'Colour that it is shown in.';\ncomment on column public.${tags}.created_at`,
      ),
      reword(
        '    alter column name set statistics 0,\n',
        '    alter column name set statistics 0,\n    alter column colour set statistics 0,\n',
      ),
      reword('grant insert (id, user_id, name)', 'grant insert (id, user_id, name, colour)'),
      reword('grant update (name)', 'grant update (name, colour)'),
      {
        file: 'intent',
        from: `  ${tags}: table({
    columns: ['id', 'user_id', 'name', 'created_at', 'updated_at'],
    authenticated: {
      select: true,
      insert: ['id', 'user_id', 'name'],
      update: ['name'],`,
        to: `  ${tags}: table({
    columns: ['id', 'user_id', 'name', 'colour', 'created_at', 'updated_at'],
    authenticated: {
      select: true,
      insert: ['id', 'user_id', 'name', 'colour'],
      update: ['name', 'colour'],`,
      },
    ],
  },
  {
    what: 'a new column',
    type: [`name=add_language_${n}`, `COLUMN=documents.language_${n}`],
    edits: [
      reword(
        `check (char_length(language_${n}) between 1 and 100)`,
        `check (language_${n} in ('en', 'de', 'fr'))`,
      ),
      reword('What it contains, 1 to 100 characters; null if unknown.', 'Its language; null until known.'),
    ],
  },
  {
    what: 'a new value in a list',
    type: [`name=archive_documents_${n}`, 'CHECK=documents.processing_status'],
    edits: [reword("'failed'", `'failed', 'archived_${n}'`)],
  },
  {
    what: 'a new range',
    type: [`name=finer_progress_${n}`, 'CHECK=agent_requests.progress'],
    edits: [reword('progress between 0 and ', 'progress between 0 and 1')],
  },
  {
    what: 'a new function',
    type: [`name=count_documents_${n}`, `FUNCTION=count_documents_${n}`],
    edits: [
      reword(
        `count_documents_${n}(query text) returns integer`,
        `count_documents_${n}(wanted text, at_least bigint) returns bigint`,
      ),
      reword(
        'return char_length(query);',
        `return (
        select count(*)
        from public.documents
        where processing_status = wanted
            and file_size >= at_least
    );`,
      ),
      reword('    parallel safe\n', ''),
      ...Array.from({ length: 4 }, () =>
        reword(`count_documents_${n}(text)`, `count_documents_${n}(text, bigint)`),
      ),
      { file: 'intent', from: `count_documents_${n}(text)`, to: `count_documents_${n}(text,bigint)` },
    ],
  },
  {
    what: 'a table that everybody may read',
    type: [`name=add_languages_${n}`, 'ROWS=everybody'],
    edits: [
      reword(
        '\n-- migrate:down',
        `\ninsert into public.languages_${n} (name) values ('English'), ('German');\n\n-- migrate:down`,
      ),
    ],
  },
  {
    what: 'a table only for the server',
    type: [`name=add_jobs_${n}`, 'ROWS=server'],
    edits: [reword('What a row is; for the server alone.', 'Work that waits for the server.')],
  },
  {
    what: 'a table with another owner column',
    type: [`name=add_notes_${n}`, 'OWNER=author_id'],
    edits: [reword("is 'What a row is.'", "is 'Notes of their author.'")],
  },
]
