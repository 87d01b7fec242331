/** What a browser is shown while `apps/web/out` is not there; the next request looks again. */
export const MISSING_BUILD_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>The console is not built</title>
<h1>The console is not built</h1>
<p>The server is running, but the pages of the console are missing.</p>
<p>Run <code>npm run build</code> in the folder of the platform, then load this page again. The API works meanwhile.</p>
</html>
`;
