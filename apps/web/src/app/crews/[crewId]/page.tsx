import type { Metadata } from "next";
import { CrewPage } from "../../../features/crews/crew-page.tsx";

export const metadata: Metadata = { title: "Crew" };

/** Built once for every id; see docs/decisions/0002-static-console.md. */
export function generateStaticParams() {
  return [{ crewId: "_" }];
}

export default function Page() {
  return <CrewPage />;
}
