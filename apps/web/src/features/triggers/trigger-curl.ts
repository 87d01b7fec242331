/** A sender in a shell, with nothing but curl and openssl. */
export function curlOf(url: string, secret: string, payload: string): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return `SECRET=${quoted(secret)}
BODY=${quoted(payload)}
ID="msg_$(date +%s%N)"
TIME=$(date +%s)
KEY=$(printf %s "\${SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')
SIGNATURE=$(printf %s "$ID.$TIME.$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)
curl -X POST ${quoted(url)} \\
  -H 'content-type: application/json' \\
  -H "webhook-id: $ID" -H "webhook-timestamp: $TIME" \\
  -H "webhook-signature: v1,$SIGNATURE" \\
  -d "$BODY"`;
}

const AT = /\.([A-Za-z_][\w-]*)|\[(\d+)\]|\["([^"]+)"\]/g;

/** An event that has something at each of these paths, to begin with. */
export function samplePayload(paths: readonly string[]): string {
  const root: Record<string, unknown> = {};
  for (const path of paths.filter((one) => one.startsWith("$."))) {
    const keys = [...path.matchAll(AT)].map(([, plain, index, quoted]) => plain ?? quoted ?? index ?? "");
    let at = root;
    for (const key of keys.slice(0, -1)) {
      at[key] = typeof at[key] === "object" ? at[key] : {};
      at = at[key] as Record<string, unknown>;
    }
    const last = keys.at(-1);
    if (last !== undefined && !(last in at)) at[last] = `a ${last.replaceAll("_", " ")}`;
  }
  return JSON.stringify(Object.keys(root).length > 0 ? root : { type: "example", data: {} }, null, 2);
}
