/** The two databases that the store can live in. */
export type Dialect = 'sqlite' | 'postgres';
