"use client";

import { MAX_APPROVALS_COUNTED } from "@crew/contracts/approval-limits";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../data/session-queries.ts";
import { approvalCountQuery } from "../features/approvals/approval-queries.ts";
import { classNames } from "../ui/class-names.ts";

/** How many questions wait for one's answer; nothing when none does. */
export function WaitingCount({ isOnIcon }: { isOnIcon: boolean }) {
  const me = useQuery(meQuery).data;
  const mayRead = (me?.permissions.includes("workspace:read") ?? false) && !(me?.secondFactor.required && !me.secondFactor.enabled);
  const count = useQuery({ ...approvalCountQuery, enabled: mayRead }).data ?? 0;
  if (count === 0) return null;
  return (
    <span
      className={classNames(
        "min-w-5 rounded-full bg-warn px-1.5 text-center text-xs leading-5 font-medium text-bg tabular-nums",
        isOnIcon ? "absolute top-1 left-1/2 ml-1" : "ml-auto",
      )}
    >
      {/* Read aloud as "Approvals: 3 waiting". */}
      <span className="sr-only">: </span>
      {count >= MAX_APPROVALS_COUNTED ? `${MAX_APPROVALS_COUNTED - 1}+` : count}
      <span className="sr-only"> waiting</span>
    </span>
  );
}
