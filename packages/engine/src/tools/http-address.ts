import { ToolInputError } from "../tool.ts";

/** The address as it will be asked. Throws `ToolInputError` for what is no plain http(s) address. */
export function httpAddress(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new ToolInputError(`${JSON.stringify(text.slice(0, 200))} is not a full http(s) address.`);
  }
  if (url.username !== "" || url.password !== "") throw new ToolInputError("Addresses with a user name or password are not fetched.");
  return url.href;
}
