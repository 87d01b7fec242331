import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface S3Credentials {
  region: string;
  keyId: string;
  secret: string;
}

const hex = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const mac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
const MAX_AGE_MS = 15 * 60_000;

/** AWS Signature Version 4 as its specification has it, written from that and not from the client; null: it is right. */
export function signatureProblem(request: IncomingMessage, body: Buffer, { region, keyId, secret }: S3Credentials): string | null {
  const found = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
    request.headers.authorization ?? "",
  );
  if (!found) return "AccessDenied";
  const [, credential = "", signedHeaders = "", signature = ""] = found;
  const [id, date = "", inRegion = "", service = "", end] = credential.split("/");
  if (id !== keyId) return "InvalidAccessKeyId";
  if (inRegion !== region || service !== "s3" || end !== "aws4_request") return "AuthorizationHeaderMalformed";
  const at = String(request.headers["x-amz-date"] ?? "");
  const instant = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!at.startsWith(date) || !(Math.abs(Date.now() - instant) < MAX_AGE_MS)) return "RequestTimeTooSkewed";
  const names = signedHeaders.split(";");
  if (!["host", "x-amz-content-sha256", "x-amz-date"].every((name) => names.includes(name))) return "AccessDenied";
  const bodyHash = hex(body);
  if (request.headers["x-amz-content-sha256"] !== bodyHash) return "XAmzContentSHA256Mismatch";
  const canonical = [
    request.method,
    ...canonicalTarget(request.url ?? "/"),
    ...names.map((name) => `${name}:${String(request.headers[name] ?? "").trim()}`),
    "",
    signedHeaders,
    bodyHash,
  ].join("\n");
  const scope = [date, region, "s3", "aws4_request"];
  const key = scope.reduce<string | Buffer>((from, part) => mac(from, part), `AWS4${secret}`);
  const wanted = mac(key, ["AWS4-HMAC-SHA256", at, scope.join("/"), hex(canonical)].join("\n"));
  return timingSafeEqual(wanted, Buffer.from(signature, "hex")) ? null : "SignatureDoesNotMatch";
}

/** The path, in which a plus sign is a space as the store reads it, and the query in the order of its names, both spelled anew. */
function canonicalTarget(target: string): [string, string] {
  const [path = "/", query = ""] = target.split("?", 2);
  const spell = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${spell(name)}=${spell(value)}`);
  const spelled = path.split("/").map((part) => spell(decodeURIComponent(part.replaceAll("+", " "))));
  return [spelled.join("/"), pairs.toSorted().join("&")];
}
