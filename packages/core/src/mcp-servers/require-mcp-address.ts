import type { Issue } from "@crew/contracts/error-codes";
import { AppError } from "../app-error.ts";
import { secretNamesIn } from "../secrets/open-secret-references.ts";

/** Set by the protocol itself, or able to change where a request goes and how it is read. */
const OURS =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|accept|accept-encoding|origin|referer|forwarded|x-forwarded-.*|last-event-id|mcp-.*|sec-.*)$/;
const CREDENTIAL = /auth|cookie|token|secret|key|pass|credential|session|signature/;
/** Letters and digits in a row that nobody would choose as a word. */
const KEY_LIKE = /(?=[A-Za-z0-9_+/=.-]*[0-9])(?=[A-Za-z0-9_+/=.-]*[A-Za-z])[A-Za-z0-9_+/=.-]{24,}/;
const REFERENCE = /\{\{secret:[A-Z][A-Z0-9_]{0,63}\}\}/g;

/**
 * Both are shown to everyone who may read MCP servers and stand in the audit log, so nothing secret may hide in them:
 * what authorizes is a reference to a secret. Throws `invalid`.
 */
export function requireMcpAddress({ url, headers }: { url?: string | undefined; headers?: Record<string, string> | undefined }): void {
  const issues = [
    ...(url === undefined ? [] : urlIssues(url)),
    ...Object.entries(headers ?? {}).flatMap(([name, value]) => headerIssues(name, value)),
  ];
  const [first] = issues;
  if (first) throw new AppError("invalid", `The MCP server cannot be kept: ${first.path} ${first.message}.`, { issues });
}

function urlIssues(address: string): Issue[] {
  const url = new URL(address);
  const isPlain = url.username === "" && url.password === "" && url.hash === "";
  const hidesKey = [...url.searchParams].some(([name, value]) => CREDENTIAL.test(name.toLowerCase()) || KEY_LIKE.test(value));
  if (isPlain && !hidesKey) return [];
  return [
    { path: "url", message: "must be without user name, password, key and fragment; a credential goes into a header as {{secret:NAME}}" },
  ];
}

function headerIssues(name: string, value: string): Issue[] {
  const path = `headers.${name}`;
  if (OURS.test(name)) return [{ path, message: "is a header that cannot be set here" }];
  const literal = value.replace(REFERENCE, "");
  if (/\{\{|\}\}/.test(literal)) return [{ path, message: "refers to a secret in another form than {{secret:NAME}}" }];
  if ((CREDENTIAL.test(name) && secretNamesIn(value).length === 0) || KEY_LIKE.test(literal))
    return [{ path, message: "must not hold a credential itself; keep it as a secret and write {{secret:NAME}}" }];
  return [];
}
