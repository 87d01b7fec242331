import { NotFound } from "../shell/not-found-page.tsx";

export const metadata = { title: "Not found" };

export default function Page() {
  return <NotFound />;
}
