import type { Metadata } from "next";
import { RunPage } from "../../../features/runs/run-page.tsx";

export const metadata: Metadata = { title: "Run" };

/** One static file serves every run: the id stands in the address alone. */
export function generateStaticParams() {
  return [{ runId: "_" }];
}

export default function Page() {
  return <RunPage />;
}
