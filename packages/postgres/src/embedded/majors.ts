/** PostgreSQL majors that an embedded server can be. */
export const POSTGRES_MAJORS = ['15', '16', '17', '18'] as const
export type PostgresMajor = (typeof POSTGRES_MAJORS)[number]
