"use client";

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { approvalEndpoints } from "../../data/endpoints.ts";
import { buttonClass } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { forgetAddressToken } from "../sessions/address-token.ts";
import { useAddressToken } from "../sessions/use-address-token.ts";
import { ApprovalForm } from "./approval-form.tsx";
import { DeadlineNote } from "./deadline-note.tsx";

/** Where the link of a mail leads: one question, answered without signing in. Opening it decides nothing. */
export function AnswerPage() {
  const token = useAddressToken();
  const [isAnswered, setAnswered] = useState(false);
  const link = useQuery({
    queryKey: ["approval-link", token],
    queryFn: ({ signal }) => callApi(approvalEndpoints.lookupLink, { body: { token: token ?? "" }, signal }),
    enabled: Boolean(token) && !isAnswered,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isAnswered)
    return (
      <Notice title="Your answer was taken">
        <p role="status">The run goes on with it. This link is used up; you can close the page.</p>
      </Notice>
    );
  if (token === null)
    return (
      <Notice title="Answer a question">
        <p>This address lacks the token of the mail. Open the link of the mail once more.</p>
        <SignIn />
      </Notice>
    );
  if (link.isError)
    return (
      <Notice title="This link opens nothing">
        <p role="alert">{explainError(link.error).reason}</p>
        <SignIn />
      </Notice>
    );
  if (!link.data) return <Skeleton className="h-96 w-full max-w-2xl rounded-lg" />;
  const { approval, actingAs, workspaceName } = link.data;
  if (!approval)
    return (
      <Notice title="Sign in to answer">
        <p>{visibleText(workspaceName)} asks everyone for a second factor, and a link does not prove one.</p>
        <SignIn />
      </Notice>
    );
  return (
    <div className="flex w-full max-w-2xl min-w-0 flex-col gap-3">
      <h1 className="text-lg font-semibold break-words">A run of “{visibleText(approval.crewName)}” waits for you</h1>
      <p className="text-sm break-words text-muted">
        You answer as {visibleText(actingAs)} in {visibleText(workspaceName)}. The first answer counts, and the link takes one.
      </p>
      <ApprovalForm
        approval={approval}
        about={<DeadlineNote asked={approval} />}
        answer={async (answer) => {
          await callApi(approvalEndpoints.answerLink, { body: { token: token ?? "", ...answer } });
          forgetAddressToken();
          setAnswered(true);
        }}
      />
    </div>
  );
}

function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex w-full max-w-md flex-col items-start gap-3 rounded-lg border border-line bg-surface p-5">
      <h1 className="text-lg font-semibold">{title}</h1>
      {children}
    </section>
  );
}

function SignIn() {
  return (
    <RouteLink href="/sign-in?next=/approvals" className={buttonClass("primary")}>
      Sign in and see what waits
    </RouteLink>
  );
}
