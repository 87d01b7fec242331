"use client";

import { Dialog, type DialogProps } from "./dialog.tsx";

/** Details at the right edge, with the list behind. */
export function Drawer(props: Omit<DialogProps, "kind">) {
  return <Dialog {...props} kind="drawer" />;
}
