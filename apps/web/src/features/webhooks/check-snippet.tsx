import { Card } from "../../ui/card.tsx";
import { Code } from "../../ui/code.tsx";

const SNIPPET = `import { createHmac, timingSafeEqual } from "node:crypto";

// body: the text as it came, before JSON.parse. secret: whsec_…
export function isOurs(headers, body, secret) {
  const [id, at, signatures] = ["id", "timestamp", "signature"].map((name) => headers[\`webhook-\${name}\`]);
  if (Math.abs(Date.now() / 1000 - Number(at)) > 300) return false;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const expected = createHmac("sha256", key).update(\`\${id}.\${at}.\${body}\`).digest();
  return signatures.split(" ").some((one) => {
    const given = Buffer.from(one.replace("v1,", ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}`;

/** How a receiver knows that a message comes from here. */
export function CheckSnippet() {
  return (
    <Card title="For whoever receives" note="Messages follow Standard Webhooks 1.0, for which there are libraries in many languages.">
      <div className="flex flex-col gap-3">
        <ul className="flex list-disc flex-col gap-1 pl-5 text-sm text-muted">
          <li>
            The body is <code className="font-mono text-xs">{"{type, timestamp, data}"}</code>: ids, names, states and short texts, never a
            secret.
          </li>
          <li>Answer with 2xx within 15 seconds. Anything else is tried again for a day; 410 switches the webhook off.</li>
          <li>
            A message may come twice: <code className="font-mono text-xs">webhook-id</code> is the same then. What failed comes after its
            successors.
          </li>
        </ul>
        <details>
          <summary className="cursor-pointer text-sm font-medium">Check the signature in Node.js</summary>
          <Code label="How to check a signature" text={SNIPPET} className="mt-2" />
        </details>
      </div>
    </Card>
  );
}
