// Before anything else is loaded.
import "@crew/platform/load-faster";

await import("./until-told-to-stop.ts");
const { keepDetailsIn, reportProblem } = await import("./report-problem.ts");
process.on("uncaughtException", reportProblem);
process.on("unhandledRejection", reportProblem);
try {
  // What can refuse a start is little code; the rest is loaded only when it will be needed.
  const { prepareStart } = await import("./prepare-start.ts");
  const start = await prepareStart({ isVerbose: process.argv.includes("--verbose") });
  keepDetailsIn(start.config.logFile);
  const { runEmbedded } = await import("./run-embedded.ts");
  await runEmbedded(start);
  process.exit(0);
} catch (error) {
  reportProblem(error);
}
