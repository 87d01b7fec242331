"use client";

import { type LiveSocket, openLiveSocket, type SocketStatus } from "@crew/client/open-live-socket";
import type { Me } from "@crew/contracts/session";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { doubtReach } from "../ui/platform-in-reach.ts";
import { callApi } from "./call-api.ts";
import { sessionEndpoints } from "./endpoints.ts";
import { meQuery } from "./session-queries.ts";
import { StaleLists } from "./stale-lists.ts";

interface Live {
  socket: LiveSocket | null;
  status: SocketStatus;
}

const LiveContext = createContext<Live>({ socket: null, status: "connecting" });

/** The one socket of this page; `null` until somebody is signed in. Pages subscribe to their topics on it. */
export function useLiveSocket(): LiveSocket | null {
  return useContext(LiveContext).socket;
}

export function useSocketStatus(): SocketStatus {
  return useContext(LiveContext).status;
}

export function LiveSocketProvider({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery).data;
  const queries = useQueryClient();
  const [live, setLive] = useState<Live>({ socket: null, status: "connecting" });
  const who = me ? `${me.userId} ${me.workspace.id}` : null;

  useEffect(() => {
    if (!who) return;
    const socket = openLiveSocket({
      url: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`,
      getTicket: async () => (await callApi(sessionEndpoints.socketTicket)).ticket,
      onStatus: (status) => {
        doubtReach(status === "offline");
        // The session ended, or the workspace lets this person in no more: whoever shows the page finds out.
        if (status === "refused") void queries.invalidateQueries({ queryKey: ["me"] });
        setLive((before) => ({ ...before, status }));
      },
    });
    setLive({ socket, status: socket.status });
    const lists = new StaleLists(queries);
    let isFirst = true;
    const stop = socket.subscribe("workspace", {
      onChanged: ({ what }) => lists.add(what),
      onCaughtUp: () => {
        // The first time too: what came between the page's first reading and this moment was told to nobody.
        lists.addAll();
        // A socket is closed too when somebody's role changes.
        if (!isFirst) void queries.invalidateQueries({ queryKey: ["me"] });
        isFirst = false;
      },
    });
    const wake = () => socket.wake();
    window.addEventListener("online", wake);
    window.addEventListener("focus", wake);
    return () => {
      window.removeEventListener("online", wake);
      window.removeEventListener("focus", wake);
      stop();
      lists.dispose();
      socket.close();
      doubtReach(false);
      setLive({ socket: null, status: "connecting" });
    };
  }, [who, queries]);

  // What was refused may be allowed to a person who has changed: one with a second factor by now, or in another role.
  const wokenFor = useRef<Me | null>(null);
  useEffect(() => {
    if (!me || live.status !== "refused" || wokenFor.current === me) return;
    wokenFor.current = me;
    live.socket?.wake();
  }, [me, live]);

  return <LiveContext value={live}>{children}</LiveContext>;
}
