import { pino } from "pino";

/** For tests: what matters is asserted, not logged. `CREW_TEST_LOG=debug` shows it. */
export const silentLog = pino({ level: process.env.CREW_TEST_LOG ?? "silent" });
