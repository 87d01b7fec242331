import { copyOut, openCopyClient, readTableShapes } from "../database/copy-tables.ts";
import type { DatabaseAddress } from "../database/open-pool.ts";
import type { Manifest, TableFigures } from "./archive-format.ts";
import { differenceOf, RowFigures } from "./row-figures.ts";

/** Reads every table anew and says in which it is not what the manifest tells; nothing: it is all there. */
export async function compareDatabase(address: DatabaseAddress, { tables }: Pick<Manifest, "tables">): Promise<string[]> {
  await using client = await openCopyClient(address);
  const found = new Map<string, TableFigures>();
  for (const shape of await readTableShapes(client)) {
    if (!tables.some(({ table }) => table === shape.table)) continue;
    const counted = new RowFigures();
    for await (const piece of copyOut(client, shape)) counted.add(piece);
    found.set(shape.table, counted.end(shape.table));
  }
  return tables.flatMap((wanted) => differenceOf(wanted, found.get(wanted.table)) ?? []);
}
