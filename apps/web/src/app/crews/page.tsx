import type { Metadata } from "next";
import { CrewList } from "../../features/crews/crew-list.tsx";

export const metadata: Metadata = { title: "Crews" };

export default function Page() {
  return <CrewList />;
}
