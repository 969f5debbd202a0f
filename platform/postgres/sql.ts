// The little of a database connection that the rooms use: a statement in, rows out.

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** A named statement is prepared once per connection. */
  readonly name?: string;
}

export interface Rows<R> {
  readonly rows: R[];
  readonly rowCount: number | null;
}

/** Anything that runs SQL: a pool, a connection, a transaction. */
export interface Sql {
  query<R = Record<string, unknown>>(statement: string | Statement, values?: readonly unknown[]): Promise<Rows<R>>;
  /** Rows as arrays in column order: less work per row where there are many. */
  query<R extends readonly unknown[]>(statement: Statement & { readonly rowMode: 'array' }): Promise<Rows<R>>;
}
