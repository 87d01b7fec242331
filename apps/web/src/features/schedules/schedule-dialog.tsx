"use client";

import type { Crew } from "@crew/contracts/crews";
import { CreateSchedule, type Schedule, UpdateSchedule } from "@crew/contracts/schedules";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { crewQuery } from "../../data/crew-queries.ts";
import { scheduleEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useContractForm } from "../../ui/use-contract-form.ts";
import { CrewChoice } from "../crews/crew-choice.tsx";
import { NOTHING_WRITTEN } from "../crews/run-inputs.ts";
import { CronFields } from "./cron-fields.tsx";
import { ScheduleInputs, writtenInputs } from "./schedule-inputs.tsx";
import { SchedulePolicies } from "./schedule-policies.tsx";
import { ScheduleTimes, useCronProblem } from "./schedule-times.tsx";

export interface ScheduleDialogProps {
  schedule: Schedule | null;
  /** The crew that a new one is for, when it is known. */
  crewId: string | null;
  onClose: () => void;
}

type Values = Pick<Schedule, "name" | "crewId" | "cron" | "timezone" | "missedPolicy" | "graceSeconds" | "overlap">;

/** Makes a schedule, or changes one: when, what the crew is given, and what holds when something is in the way. */
export default function ScheduleDialog({ schedule, crewId, onClose }: ScheduleDialogProps) {
  const queries = useQueryClient();
  const { values, problems, set, check } = useContractForm<Values, CreateSchedule | UpdateSchedule>(
    schedule ? UpdateSchedule : CreateSchedule,
    firstValues(schedule, crewId),
  );
  const [written, setWritten] = useState(NOTHING_WRITTEN);
  const [isChecked, setChecked] = useState(false);
  const crew = useQuery({ ...crewQuery(values.crewId), enabled: values.crewId !== "" });
  const [cron, timezone] = useDeferredValue([values.cron, values.timezone] as const);
  const cronProblem = useCronProblem(cron, timezone);
  const save = useMutation({
    mutationFn: async (body: CreateSchedule | UpdateSchedule) =>
      schedule
        ? callApi(scheduleEndpoints.update, { params: { scheduleId: schedule.id }, body: body as UpdateSchedule })
        : callApi(scheduleEndpoints.create, { body: body as CreateSchedule }),
    onSuccess: (saved) => {
      void queries.invalidateQueries({ queryKey: ["schedules"] });
      showToast(schedule ? "The schedule is changed" : `${saved.name} runs by the clock from now on`);
      onClose();
    },
  });
  const submit = () => {
    setChecked(true);
    const given = writtenInputs(crew.data, schedule, written);
    const { crewId: chosen, ...fields } = values;
    const body = check({ ...fields, ...(schedule ? {} : { crewId: chosen }), name: values.name.trim(), ...given });
    if (body && crew.data && isComplete(crew.data, given.inputs) && !cronProblem && !save.isPending) save.mutate(body);
  };
  return (
    <Dialog
      open
      kind="drawer"
      onClose={onClose}
      title={schedule ? "Change schedule" : "New schedule"}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="schedule-form" variant="primary" busy={save.isPending}>
            {schedule ? "Save" : "Add schedule"}
          </Button>
        </>
      }
    >
      <form
        id="schedule-form"
        noValidate
        className="@container flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Name" error={problems.name}>
          <Input maxLength={80} placeholder="Morning brief" value={values.name} onChange={(event) => set({ name: event.target.value })} />
        </Field>
        <CrewChoice
          chosen={values.crewId}
          fixedName={schedule?.crewName ?? null}
          problem={problems.crewId}
          onChoose={(chosen) => {
            set({ crewId: chosen });
            setWritten(NOTHING_WRITTEN);
          }}
        />
        <CronFields
          cron={values.cron}
          timezone={values.timezone}
          problems={{ cron: problems.cron ?? cronProblem, timezone: problems.timezone }}
          onChange={set}
        />
        {cronProblem ? null : <ScheduleTimes cron={cron} timezone={timezone} />}
        {crew.data ? (
          <ScheduleInputs crew={crew.data} schedule={schedule} written={written} isChecked={isChecked} onWrite={setWritten} />
        ) : null}
        <SchedulePolicies values={values} onChange={set} />
        {schedule ? <p className="text-xs text-faint">Saving makes it act for you: its runs may do what you may.</p> : null}
        {save.isError ? <ErrorState error={save.error} what="The schedule was not saved" kept="What you entered is kept here." /> : null}
      </form>
    </Dialog>
  );
}

function firstValues(schedule: Schedule | null, crewId: string | null): Values {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const { name = "", cron = "0 9 * * 1-5", timezone = here, missedPolicy = "last", graceSeconds = 300, overlap = "allow" } = schedule ?? {};
  return { name, crewId: schedule?.crewId ?? crewId ?? "", cron, timezone, missedPolicy, graceSeconds, overlap };
}

function isComplete(crew: Pick<Crew, "placeholders">, inputs: CreateSchedule["inputs"]): boolean {
  return crew.placeholders.every((name) => inputs[name] !== undefined && inputs[name] !== "");
}
