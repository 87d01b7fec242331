import pg from "pg";

/** Makes the connection a tenant's until the end of the transaction; each connection of the pool has it prepared. */
export const RAISE_WALL = {
  name: "crew_raise_wall",
  text: "SELECT set_config('role', 'crew_app', true), set_config('crew.workspace', $1, true)",
};

/** The parts of pg's own query that are overridden; its types name only what is sent. */
interface PlainQuery {
  submit(connection: Wire): Error | null;
  prepare(connection: Wire): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
}
interface Wire {
  bind(config: { statement: string; values: string[] }): void;
  execute(config: object): void;
}
const Query = pg.Query as unknown as new (config: pg.QueryConfig & { queryMode: "extended" }) => PlainQuery;

/**
 * A statement behind the wall of one workspace, in one round trip: the wall and the statement go out together with one
 * Sync at their end, so PostgreSQL runs them as one transaction, skips the statement when the wall does not stand, and
 * takes the wall down when it is over, also after an error.
 */
export class WalledQuery extends Query {
  readonly #workspace: string;
  #isInside = false;

  /** `workspace` is a plain UUID. */
  constructor(config: pg.QueryConfig, workspace: string) {
    // A plan is made for one role: under a name of its own it is not made anew each time that the role changes.
    super({ ...config, ...(config.name && { name: `${config.name}|walled` }), queryMode: "extended" });
    this.#workspace = workspace;
  }

  override prepare(connection: Wire): void {
    connection.bind({ statement: RAISE_WALL.name, values: [this.#workspace] });
    connection.execute({});
    super.prepare(connection);
  }

  /** The wall answers first, with one row that nobody asked for. */
  override handleDataRow(message: unknown): void {
    if (this.#isInside) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Wire): void {
    if (this.#isInside) super.handleCommandComplete(message, connection);
    this.#isInside = true;
  }
}
