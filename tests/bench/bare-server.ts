import fastify from "fastify";
import pg from "pg";

/** The calibration of a read: Fastify, one prepared primary-key SELECT, JSON. */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const app = fastify();
app.get<{ Params: { id: string } }>("/runs/:id", async ({ params }) => {
  const { rows } = await pool.query({ name: "one_run", text: "SELECT * FROM runs WHERE id = $1", values: [params.id] });
  return rows[0];
});
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(`listening ${app.server.address() && (app.server.address() as { port: number }).port}`);
