"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { membersQuery } from "../../data/people-queries.ts";
import { meQuery } from "../../data/session-queries.ts";

const MOST_NAMED = 3;

/** `Ask Ada (owner) or Grace (admin).` By name where one may see who is here. */
export function WhomToAsk() {
  const me = useQuery(meQuery).data;
  const maySee = me?.permissions.includes("members:read") ?? false;
  const members = useInfiniteQuery({ ...membersQuery(me?.workspace.id ?? ""), enabled: maySee });
  const named = (members.data?.pages.flatMap((page) => page.data) ?? [])
    .filter((member) => (member.role === "owner" || member.role === "admin") && member.userId !== me?.userId)
    .slice(0, MOST_NAMED)
    .map((member) => `${member.name} (${member.role})`);
  if (named.length === 0) return <>Ask an owner or admin of this workspace.</>;
  return <>Ask {named.length === 1 ? named[0] : `${named.slice(0, -1).join(", ")} or ${named.at(-1)}`}.</>;
}
