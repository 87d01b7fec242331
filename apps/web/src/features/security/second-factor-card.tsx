"use client";

import type { Me } from "@crew/contracts/session";
import { lazy, Suspense, useState } from "react";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";

const EnrollFactor = lazy(() => import("./enroll-factor.tsx"));
const RenewCodesDialog = lazy(() => import("./renew-codes-dialog.tsx"));
const DisableFactorDialog = lazy(() => import("./disable-factor-dialog.tsx"));
const FEW_CODES = 3;

/** A code of the phone beside the password. */
export function SecondFactorCard({ me }: { me: Me }) {
  const { enabled, recoveryCodesLeft, required } = me.secondFactor;
  const [open, setOpen] = useState<"enroll" | "renew" | "disable" | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      {codes ? <RecoveryCodes codes={codes} onDone={() => setCodes(null)} /> : null}
      <Card
        title="Second factor"
        note="A code of an authenticator app, asked for after the password."
        actions={enabled ? <Badge tone="good">on</Badge> : <Badge tone={required ? "warn" : "plain"}>off</Badge>}
      >
        <div className="flex flex-col gap-3">
          {required && !enabled ? (
            <p role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
              {me.workspace.name} lets nobody in without one: set it up to go on.
            </p>
          ) : null}
          {enabled ? (
            <>
              <p className={recoveryCodesLeft <= FEW_CODES ? "text-warn" : "text-muted"}>
                {recoveryCodesLeft === 0
                  ? "No recovery code is left: make new ones, or a lost phone locks you out."
                  : `${formatPlural(recoveryCodesLeft, "recovery code")} left for the day your phone is gone.`}
              </p>
              <div className="flex flex-wrap gap-2">
                <Button onClick={() => setOpen("renew")}>New recovery codes</Button>
                <Button variant="danger" onClick={() => setOpen("disable")}>
                  Turn off
                </Button>
              </div>
            </>
          ) : null}
          {!enabled && open !== "enroll" ? (
            <>
              <p className="text-muted">Whoever learns your password still cannot get in without your phone.</p>
              <Button variant="primary" className="self-start" onClick={() => setOpen("enroll")}>
                Set up
              </Button>
            </>
          ) : null}
          <Suspense fallback={null}>
            {open === "enroll" ? (
              <EnrollFactor
                onCancel={close}
                onDone={(fresh) => {
                  setCodes(fresh);
                  close();
                }}
              />
            ) : null}
            {open === "renew" ? <RenewCodesDialog onClose={close} onCodes={setCodes} /> : null}
            {open === "disable" ? <DisableFactorDialog isRequired={required} onClose={close} /> : null}
          </Suspense>
        </div>
      </Card>
    </>
  );
}
