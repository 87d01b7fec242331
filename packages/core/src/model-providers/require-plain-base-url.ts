import { AppError } from "../app-error.ts";

/** An address is shown to everyone who may read providers, so nothing secret may hide in it. */
export function requirePlainBaseUrl(baseUrl: string | null): void {
  if (baseUrl === null) return;
  const url = new URL(baseUrl);
  if (url.username === "" && url.password === "" && url.search === "" && url.hash === "") return;
  throw new AppError("invalid", "The address must be without user name, password, query and fragment; a key goes into apiKey.", {
    issues: [{ path: "baseUrl", message: "must be a plain address such as https://models.example.com/v1" }],
  });
}
