"use client";

import { useEffect, useState } from "react";
import { takeAddressToken } from "./address-token.ts";

/** `undefined` until the page is live in the browser; `null`: the link has none. */
export function useAddressToken(): string | null | undefined {
  const [token, setToken] = useState<string | null | undefined>(undefined);
  // In two steps, since effects of development run twice and the second would find an address without it.
  useEffect(() => setToken((before) => before ?? takeAddressToken()), []);
  return token;
}
