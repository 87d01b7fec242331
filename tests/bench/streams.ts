import { spawnProcess } from "@crew/testing/spawn-process";
import { BenchTable } from "./bench-table.ts";
import { streamRows } from "./measure-streams.ts";

/** The figures of streams and sockets alone: `node scripts/bench.mjs streams`; CREW_BENCH_SHARE=0.1 for a tenth of them. */
await using stub = spawnProcess("tests/bench/stub-provider.ts");
const stubPort = Number((await stub.untilOutput(/listening (\d+)/))[1]);
const table = new BenchTable();
await streamRows(table.row, stubPort);
process.exitCode = table.print() ? 0 : 1;
