import { AppError } from "@crew/core/app-error";
import type { Statement, System } from "@crew/core/system";

const HAS_USERS: Statement = { name: "has-users", text: "SELECT EXISTS (SELECT FROM users) AS taken" };

/** Advisory lock on the moment in which an installation gets its first person. */
const FIRST_USER_LOCK = { classId: 1_668_444_520, objectId: 1 };

type Needs = Pick<System, "installation" | "statements" | "locks">;

/**
 * Lets a stranger sign up when the installation's policy does; `signUp` creates the user. With `first-user` the check
 * and the creation happen under one lock of the database, so that of many at once, on any number of processes, one gets in.
 */
export async function signUpByPolicy<T>(system: Needs, signUp: () => Promise<T>): Promise<T> {
  const policy = system.installation.signUp;
  if (policy === "open") return signUp();
  if (policy === "invite") throw new AppError("forbidden", "This installation takes nobody without an invitation. Ask its owner for one.");
  await refuseWhenTaken(system);
  await using lock = await system.locks.hold(FIRST_USER_LOCK.classId, FIRST_USER_LOCK.objectId);
  if (!lock) throw new AppError("conflict", "Somebody else is signing up as the first person right now. Try again in a moment.");
  await refuseWhenTaken(system);
  return await signUp();
}

async function refuseWhenTaken(system: Needs): Promise<void> {
  const [row] = await system.statements.run<{ taken: boolean }>(HAS_USERS, []);
  if (row?.taken) throw new AppError("forbidden", "This installation has its owner already and takes no further sign-ups.");
}
