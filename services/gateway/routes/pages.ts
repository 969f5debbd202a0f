// The few pages the gateway itself shows people: plain HTML that works without scripts.
import type { HttpAnswer, Route } from '@polyclinic/http';

const page = (title: string, body: string): HttpAnswer => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  },
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; color: #1b2a33; background: #fbfcfc; }
h1 { font-weight: 600; }
a { color: #00667a; }
code { background: #eef3f4; padding: 0.1em 0.3em; border-radius: 4px; }
</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`,
});

const LANDING = page(
  'Polyclinic',
  `<h1>Polyclinic</h1>
<p>An open clinic platform. It speaks <a href="https://hl7.org/fhir/R4/">FHIR R4</a>; this is its way in.</p>
<ul>
<li><a href="/fhir/R4/metadata">What the FHIR API can do</a> (CapabilityStatement), base <code>/fhir/R4</code></li>
<li><a href="/fhir/R4/.well-known/smart-configuration">How apps sign in</a> (SMART) and <a href="/.well-known/openid-configuration">OpenID discovery</a></li>
<li><a href="/catalog">What runs here</a>, <a href="/health/ready">whether it is well</a>, and <a href="/metrics">its numbers</a></li>
</ul>
<p>Programs sign in with OAuth&nbsp;2 client credentials, people through their app with an authorization code and PKCE.</p>`,
);

// The demo app's redirect leads here. The code in the URL is the app's business and is not repeated.
const SIGNED_IN = page(
  'Signed in',
  `<h1>Sign-in worked</h1>
<p>You can go back to your app now; it takes the code from this page's address.</p>`,
);

const NOT_SIGNED_IN = page(
  'Not signed in',
  `<h1>Sign-in did not work</h1>
<p>Nothing was granted. Go back to your app and try again.</p>`,
);

export function pageRoutes({ isDemo }: { isDemo: boolean }): Route[] {
  const pages: Route[] = [{ path: '/', tongue: 'problem', handle: async () => LANDING }];
  if (isDemo)
    pages.push({
      path: '/callback',
      tongue: 'problem',
      handle: async ({ query }) => (new URLSearchParams(query).has('code') ? SIGNED_IN : NOT_SIGNED_IN),
    });
  return pages;
}
