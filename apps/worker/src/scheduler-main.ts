// Before anything else is loaded.
import "@crew/platform/load-faster";

await import("./run-scheduler.ts");
