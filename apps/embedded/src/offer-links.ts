import { createSignInLink } from "@crew/core/sessions/create-sign-in-link";
import type { System } from "@crew/core/system";

type Needs = Pick<System, "db" | "statements" | "now">;

/** An address that signs the local owner in: once, within ten minutes. */
export async function newLink(system: Needs, origin: string): Promise<string> {
  const { token } = await createSignInLink(system);
  return `${origin}/start?token=${token}`;
}

/** Prints a fresh link each time Enter is pressed, where there is a terminal to press it in. */
export function printLinkOnEnter(system: Needs & Pick<System, "log">, origin: string): void {
  if (!process.stdin.isTTY) return;
  process.stdin.on("data", async () => {
    try {
      process.stdout.write(`Sign in   ${await newLink(system, origin)}\n`);
    } catch (error) {
      system.log.warn({ err: error }, "no link could be made");
      process.stdout.write(`${(error as Error).message}\n`);
    }
  });
  process.stdin.unref();
}
