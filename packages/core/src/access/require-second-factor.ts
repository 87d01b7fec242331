import { AppError } from "../app-error.ts";
import type { Actor } from "./actor.ts";

/** Throws `forbidden` for who lacks the second factor that their workspace asks of everyone in it. */
export function requireSecondFactor(actor: Pick<Actor, "lacksSecondFactor">): void {
  if (actor.lacksSecondFactor)
    throw new AppError("forbidden", "This workspace asks everyone in it for a second factor. Set one up under your profile, then go on.", {
      remedy: "second_factor",
    });
}
