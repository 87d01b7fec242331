/** `npm run faults` is the long profile; the fault tests of `npm test` are the short one. Each figure may be set by itself. */
const IS_LONG = process.env.CREW_FAULT_PROFILE === "long";

/** Where the faults of a test file come from; the test's name prints it, and CREW_FAULT_SEED gives them again. */
export const SEED = Number(process.env.CREW_FAULT_SEED ?? Date.now() % 1_000_000);

/** A figure of the profile, unless the environment names another. */
export function figure(variable: `CREW_FAULT_${string}`, { short, long }: { short: number; long: number }): number {
  return Number(process.env[variable] ?? (IS_LONG ? long : short));
}
