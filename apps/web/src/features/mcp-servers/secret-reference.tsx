"use client";

import { useQuery } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { secretEndpoints } from "../../data/endpoints.ts";
import { Select } from "../../ui/select.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { useMay } from "../members/use-may.ts";

export interface SecretReferenceProps {
  /** Of the address: a secret is sent only to the hosts that it was given for. */
  host: string | null;
  onInsert: (reference: string) => void;
}

/** Chooses a secret by its name, so that nobody has to remember it. */
export function SecretReference({ host, onInsert }: SecretReferenceProps) {
  const mayRead = useMay("secrets:read");
  const secrets = useQuery({
    queryKey: ["secrets"],
    queryFn: ({ signal }) => callApi(secretEndpoints.list, { signal }),
    select: (list) => list.data,
    enabled: mayRead,
  });
  if (!mayRead || !secrets.data) return null;
  if (secrets.data.length === 0) {
    return (
      <p className="text-xs text-muted">
        There is no secret yet: <TextLink href="/settings/secrets">set one</TextLink>, with this server's host among those that it may be
        sent to.
      </p>
    );
  }
  const isFor = (hosts: readonly string[]) => host !== null && hosts.includes(host);
  return (
    <Select
      aria-label="Put a secret into the headers"
      value=""
      onChange={(event) => {
        if (event.target.value) onInsert(`{{secret:${event.target.value}}}`);
      }}
    >
      <option value="">Put a secret in…</option>
      {secrets.data.map((secret) => (
        <option key={secret.id} value={secret.name}>
          {secret.name}
          {isFor(secret.hosts) ? "" : ` (sent to ${secret.hosts.join(", ") || "no host"})`}
        </option>
      ))}
    </Select>
  );
}
