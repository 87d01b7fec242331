"use client";

import { useEffect, useState } from "react";

const STEP_MS = 30_000;

/** The time, read anew each half minute: for words such as "in 14 h". */
export function useSlowNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
