import type { SearchDesign } from './quality.ts'

/** Words and rank of a design, in a separate table with all rows of the only account. */
interface Words {
  name: string
  /** Run once, such as a configuration of text search. */
  before?: string
  /** The vector of the columns title, title_weight and body. */
  vector: string
  /** The tsquery of $1. */
  terms: string
  rank: string
}

const RANK = 'ts_rank(vector, terms, 1)'

const english = (of: string) => `to_tsvector('english', ${of})`

const WORDS: readonly Words[] = [
  {
    name: 'english alone',
    vector: weighted(english),
    terms: "websearch_to_tsquery('english', $1)",
    rank: RANK,
  },
  {
    name: 'english with unaccent',
    before: `create extension unaccent with schema extensions;
      create text search configuration design.unaccented (copy = english);
      alter text search configuration design.unaccented
          alter mapping for hword, hword_part, word with extensions.unaccent, english_stem`,
    vector: weighted((of) => `to_tsvector('design.unaccented', ${of})`),
    terms: "websearch_to_tsquery('design.unaccented', $1)",
    rank: RANK,
  },
  {
    name: 'english beside simple',
    vector: `${weighted(english)} || ${weighted((of) => `to_tsvector('simple', ${of})`)}`,
    terms: "(websearch_to_tsquery('english', $1) || websearch_to_tsquery('simple', $1))",
    rank: RANK,
  },
  {
    name: 'a language for each document, known to the query too',
    vector: weighted((of) => `to_tsvector(language, ${of})`),
    terms: `(websearch_to_tsquery('english', $1) || websearch_to_tsquery('french', $1) || websearch_to_tsquery('spanish', $1))`,
    rank: RANK,
  },
  {
    name: "this package's words, ranked as english alone",
    vector: 'private.weighted_tsvector(title, title_weight, body)',
    terms: 'private.search_terms($1)',
    rank: RANK,
  },
]

/** Other designs for the words of search, in tables beside the project's. */
export const DESIGNS: readonly (SearchDesign & { setUp: string })[] = [
  ...WORDS.map(({ name, before = 'select', vector, terms, rank }, place) => {
    const table = `design.words_${place}`
    const sql = (kind: string) => `select id from ${table}, (select ${terms} as terms) as asked
      where kind = '${kind}' and vector @@ terms order by ${rank} desc, id limit 10`
    return {
      name,
      setUp: `${before}; create table ${table} as select id, kind, ${vector} as vector from design.texts;
        grant select on ${table} to authenticated`,
      sql: { chunks: sql('chunks'), documents: sql('documents') },
    }
  }),
  {
    name: 'trigrams',
    setUp: 'create extension pg_trgm with schema extensions; grant select on design.texts to authenticated',
    sql: { chunks: trigrams('chunks'), documents: trigrams('documents') },
  },
]

/** The texts of the corpus; run before the designs. The language is that of the file's name. */
export const TEXTS = `
  create schema design;
  grant usage on schema design to authenticated;
  create table design.texts as
      select id, 'documents' as kind, filename || ' ' || translate(filename, '._-/', '    ') as title, 'A'::"char" as title_weight,
          content_text as body, filename as file
      from public.documents
      union all
      select chunks.id, 'chunks', chunks.section_title, 'B'::"char", chunks.content, documents.filename
      from public.document_chunks as chunks join public.documents on documents.id = chunks.document_id;
  alter table design.texts add column language regconfig;
  update design.texts set title = coalesce(title, ''), language = case
      when file like '%README.fr.md' then 'french' when file ~ 'README[.-]es.md$' then 'spanish' else 'english' end::regconfig`

function weighted(vector: (of: string) => string): string {
  return `setweight(${vector('title')}, title_weight) || setweight(${vector('left(body, 300000)')}, 'C')`
}

function trigrams(kind: string): string {
  return `select id from design.texts
    where kind = '${kind}' and extensions.strict_word_similarity($1, title || ' ' || left(body, 10000)) > 0.5
    order by extensions.strict_word_similarity($1, title) + extensions.strict_word_similarity($1, left(body, 10000)) desc, id limit 10`
}
