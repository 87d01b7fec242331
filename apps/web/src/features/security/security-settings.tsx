"use client";

import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../data/session-queries.ts";
import { Card } from "../../ui/card.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { PasswordCard } from "./password-card.tsx";
import { SecondFactorCard } from "./second-factor-card.tsx";
import { SessionsCard } from "./sessions-card.tsx";

/** How one signs in, and where one is signed in. */
export function SecuritySettings() {
  const me = useQuery(meQuery).data;
  if (!me) return null;
  if (me.isLocalOwner) {
    return (
      <>
        <Card title="No password yet">
          <p className="text-muted">
            You are signed in by the link of the terminal. Choose an e-mail and a password under{" "}
            <TextLink href="/settings">Profile</TextLink> first; then a second factor can be added here.
          </p>
        </Card>
        <SessionsCard />
      </>
    );
  }
  return (
    <>
      <SecondFactorCard me={me} />
      <PasswordCard />
      <SessionsCard />
    </>
  );
}
