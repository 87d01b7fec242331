"use client";

import type { Me } from "@crew/contracts/session";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { sessionEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { showToast } from "../../ui/toast-store.ts";

/** Who one is here; the name is the person's own, whatever their role. */
export function NameCard({ me }: { me: Me }) {
  const queries = useQueryClient();
  const [name, setName] = useState(me.name);
  const rename = useMutation({
    mutationFn: () => callApi(sessionEndpoints.updateMe, { body: { name: name.trim() } }),
    onSuccess: async () => {
      showToast("You have a new name");
      await Promise.all([queries.invalidateQueries({ queryKey: ["me"] }), queries.invalidateQueries({ queryKey: ["members"] })]);
    },
  });
  const isSame = name.trim() === me.name || name.trim() === "";
  return (
    <Card title="You" note="The name that others see, in every workspace that you are in.">
      <form
        className="flex max-w-100 flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!rename.isPending && !isSame) rename.mutate();
        }}
      >
        <Field label="Name">
          <Input required maxLength={80} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {rename.isError ? <ErrorState error={rename.error} what="Your name is the same as before" /> : null}
        <Button type="submit" variant="primary" busy={rename.isPending} disabled={isSame} className="self-start">
          Change name
        </Button>
      </form>
    </Card>
  );
}
