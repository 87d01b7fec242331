import { refuseUpgrade } from "./guard-visitors.ts";
import type { Visitors } from "./open-front-door.ts";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="1">
<title>One moment …</title>
<p>The platform is starting or stopping. When it runs, this page turns into the console by itself.</p>
</html>
`;

/** What answers before everything is open and while it closes: a page that asks again by itself, and "unavailable" for programs. */
export const startingVisitors: Visitors = {
  request(request, response) {
    const wantsPage = request.headers.accept?.includes("text/html") ?? false;
    const type = wantsPage ? "text/html; charset=utf-8" : "application/problem+json";
    const body = wantsPage
      ? PAGE
      : JSON.stringify({ type: "about:blank", title: "Starting or stopping", status: 503, code: "unavailable" });
    response.writeHead(503, { "content-type": type, "retry-after": "1", "cache-control": "no-store" }).end(body);
  },
  upgrade: (_request, socket) => refuseUpgrade(socket, 503, "Service Unavailable"),
};
