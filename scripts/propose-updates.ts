import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { applyUpdates, chosen } from "./updates/apply-updates.ts";
import { findUpdates } from "./updates/find-updates.ts";
import { npmRegistry } from "./updates/npm-registry.ts";
import { proposalTable } from "./updates/proposal-table.ts";
import { readPins } from "./updates/read-pins.ts";
import { readAdvisories } from "./updates/what-may-be-installed.ts";

/**
 * `npm run updates`: which pins could be newer, as a table. `-- --apply` changes them, installs and tests; `--only name` takes one
 * group or package (again for more), `--breaking` those too that may break, `--test path` other tests than those of what is
 * installed. Exit code 2: something is pinned that an advisory names.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: {
    apply: { type: "boolean", default: false },
    breaking: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    test: { type: "string", multiple: true, default: ["tests/dependencies.test.ts"] },
  },
});
const findings = await findUpdates(readPins(root), npmRegistry(root), readAdvisories(), new Date());
process.stdout.write(proposalTable(findings));
if (findings.alarms.length > 0) process.exitCode = 2;
if (values.apply) {
  const updates = chosen(findings.proposals, values);
  process.stdout.write(`\nApplying ${updates.length} of ${findings.proposals.length}.\n`);
  if (updates.length > 0) process.exitCode = await applyUpdates(updates, { root, proof: ["npm", "test", "--", ...values.test] });
}
