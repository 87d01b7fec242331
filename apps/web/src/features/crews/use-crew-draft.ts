"use client";

import { ApiError } from "@crew/client/api-error";
import type { Crew, CrewInput } from "@crew/contracts/crews";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useReducer, useRef, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { crewQuery } from "../../data/crew-queries.ts";
import { crewEndpoints } from "../../data/endpoints.ts";
import { isSameCrew } from "./crew-differences.ts";
import { crewInputOf } from "./crew-input-of.ts";
import { draftProblems } from "./draft-problems.ts";
import { type CrewDraft, draftOf, inputOfDraft, reduceDraft } from "./draft-state.ts";
import { forgetDraft, keepDraft, recallDraft } from "./kept-draft.ts";

export interface CrewDraftState {
  draft: CrewDraft;
  input: CrewInput;
  dispatch: React.Dispatch<Parameters<typeof reduceDraft>[1]>;
  problems: ReturnType<typeof draftProblems>;
  isDirty: boolean;
  isSaving: boolean;
  error: unknown;
  /** The crew as somebody else has saved it meanwhile. */
  stale: Crew | null;
  /** The version that the draft stands on, and the crew as it was saved last. */
  saved: Crew;
  wasRecalled: boolean;
  /** `over`: on top of the stale version. */
  save: (over?: Crew) => Promise<Crew | null>;
  /** Saves another writing, such as an older version, as the newest one; an unsaved draft is set aside. */
  restore: (older: CrewInput) => Promise<Crew | null>;
  dismissStale: () => void;
  /** The stale version takes the form; the own draft is set aside and can be brought back. */
  takeTheirs: () => void;
  setAside: CrewInput | null;
  bringBack: () => void;
  discard: (to?: Crew) => void;
  /** The same version, with something beside it changed, such as a sign-off. The draft stays. */
  adopt: (crew: Crew) => void;
}

/** The one draft of a crew: what is written, what is wrong with it, and how it is saved without losing anybody's text. */
export function useCrewDraft(loaded: Crew): CrewDraftState {
  const queries = useQueryClient();
  const [saved, setSaved] = useState(loaded);
  const [recalled] = useState(() => recallDraft(loaded));
  const [wasRecalled, setRecalled] = useState(recalled !== null);
  const [draft, dispatch] = useReducer(reduceDraft, recalled ?? crewInputOf(loaded), draftOf);
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [stale, setStale] = useState<Crew | null>(null);
  const [setAside, setSetAside] = useState<CrewInput | null>(null);
  const isUnderWay = useRef(false);

  const input = useMemo(() => inputOfDraft(draft), [draft]);
  const problems = useMemo(() => draftProblems(input), [input]);
  const isDirty = useMemo(() => !isSameCrew(input, crewInputOf(saved)), [input, saved]);

  useEffect(() => {
    if (isDirty) keepDraft(saved, input);
    else forgetDraft(saved.id);
  }, [isDirty, input, saved]);

  const take = (crew: Crew) => {
    setSaved(crew);
    setRecalled(false);
    queries.setQueryData(crewQuery(crew.id).queryKey, crew);
    void queries.invalidateQueries({ queryKey: ["crews"] });
    void queries.invalidateQueries({ queryKey: ["crew", crew.id, "versions"] });
  };

  const put = async (body: CrewInput, over: Crew): Promise<Crew | null> => {
    if (isUnderWay.current) return null;
    isUnderWay.current = true;
    setSaving(true);
    setError(null);
    try {
      const crew = await callApi(crewEndpoints.update, {
        params: { crewId: saved.id },
        body,
        headers: { "if-match": `"${over.version}"` },
      });
      setStale(null);
      take(crew);
      return crew;
    } catch (cause) {
      const current = cause instanceof ApiError && cause.code === "stale" ? (cause.current as Crew | undefined) : undefined;
      if (current) setStale(current);
      else setError(cause);
      return null;
    } finally {
      isUnderWay.current = false;
      setSaving(false);
    }
  };

  const save = (over: Crew = saved) => put(input, over);
  const restore = async (older: CrewInput) => {
    const crew = await put(older, saved);
    if (!crew) return null;
    setSetAside(isDirty ? input : null);
    dispatch({ type: "reset", draft: draftOf(crewInputOf(crew)) });
    return crew;
  };

  const discard = (to: Crew = saved) => {
    dispatch({ type: "reset", draft: draftOf(crewInputOf(to)) });
    take(to);
    setStale(null);
    setError(null);
  };

  const takeTheirs = () => {
    if (!stale) return;
    setSetAside(input);
    discard(stale);
  };
  const bringBack = () => {
    if (setAside) dispatch({ type: "reset", draft: draftOf(setAside) });
    setSetAside(null);
  };

  return {
    draft,
    input,
    dispatch,
    problems,
    isDirty,
    isSaving,
    error,
    stale,
    saved,
    wasRecalled,
    save,
    restore,
    dismissStale: () => setStale(null),
    takeTheirs,
    setAside,
    bringBack,
    discard,
    adopt: (crew) => {
      setSaved(crew);
      queries.setQueryData(crewQuery(crew.id).queryKey, crew);
    },
  };
}
