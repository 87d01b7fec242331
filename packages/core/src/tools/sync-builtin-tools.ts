import type { EngineTool } from "@crew/engine/tool";
import { BUILTIN_TOOLS } from "@crew/engine/tools/builtin-tools";
import type { System } from "../system.ts";
import { lockTools, removeOtherBuiltinTools, upsertBuiltinTools } from "./tool-repository.ts";

/**
 * At every start: the table says what this version of the engine can do. Nobody asked for it, so there is no permission
 * and no audit row. `builtin` is for tests.
 */
export async function syncBuiltinTools(
  ctx: Pick<System, "db" | "newId">,
  builtin: readonly Omit<EngineTool, "run">[] = BUILTIN_TOOLS,
): Promise<void> {
  await ctx.db.transaction(async (db) => {
    await lockTools(db);
    await upsertBuiltinTools(
      db,
      builtin.map(({ name, class: toolClass, description, parameters }) => ({
        id: ctx.newId("tool"),
        name,
        kind: "builtin",
        class: toolClass,
        description,
        parameters,
      })),
    );
    await removeOtherBuiltinTools(
      db,
      builtin.map(({ name }) => name),
    );
  });
}
