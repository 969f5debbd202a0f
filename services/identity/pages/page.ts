// The frame of every page of identity: plain HTML, no script, readable on a phone, by a screen reader, in the dark.
import { createHash } from 'node:crypto';

export interface Page {
  readonly title: string;
  /** HTML; everything that came from outside went through asHtml. */
  readonly content: string;
  /** Where the page's forms may lead in the end, besides here: browsers hold redirects after a form to it. */
  readonly leadsTo?: readonly string[];
}

const STYLE = `
:root{color-scheme:light dark;--ground:#f3f6f8;--card:#fff;--ink:#17212b;--soft:#51606e;--line:#8796a3;--accent:#0b6471;--on-accent:#fff;--alarm:#a3161a;--alarm-ground:#fdecec}
@media (prefers-color-scheme:dark){:root{--ground:#10161b;--card:#1a232b;--ink:#eef3f6;--soft:#b0bfca;--line:#6f808e;--accent:#7fd3de;--on-accent:#062a30;--alarm:#ffb3b3;--alarm-ground:#3b1719}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:26rem;background:var(--card);border-radius:.75rem;padding:clamp(1.25rem,6vw,2.25rem);box-shadow:0 1px 3px rgb(0 0 0/.2)}
.brand{margin:0 0 1.25rem;color:var(--accent);font-weight:700;letter-spacing:.01em}
h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.25}
p{margin:0 0 1rem}.soft{color:var(--soft)}
label{display:block;margin:1rem 0 .35rem;font-weight:600}
input{width:100%;padding:.7rem .8rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.45rem}
button{width:100%;min-height:2.9rem;margin-top:1.25rem;padding:.6rem 1rem;font:inherit;font-weight:650;color:var(--on-accent);background:var(--accent);border:1px solid var(--accent);border-radius:.45rem;cursor:pointer}
button.quiet{margin-top:.75rem;color:var(--accent);background:transparent}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.alarm{padding:.75rem 1rem;color:var(--alarm);background:var(--alarm-ground);border-left:4px solid var(--alarm);border-radius:.3rem}
a{color:var(--accent)}.links{margin:1.25rem 0 0}.hint{margin:.25rem 0 0;color:var(--soft);font-size:.9rem}.done{padding:.75rem 1rem;border-left:4px solid var(--accent);border-radius:.3rem;background:var(--ground)}
h2{margin:1.75rem 0 .5rem;font-size:1.15rem}
.scan svg{display:block;width:min(100%,14rem);height:auto;margin:0 auto;border-radius:.35rem}.key{overflow-wrap:anywhere}code{font-size:1.05em}
fieldset{margin:1.25rem 0 0;padding:.25rem 1rem .75rem;border:1px solid var(--line);border-radius:.45rem}legend{padding:0 .35rem;font-weight:600}
.option{display:flex;gap:.6rem;align-items:center;margin:.4rem 0}.option input{width:1.2rem;height:1.2rem;flex:none}.option label{margin:0;font-weight:400}
ul{margin:0 0 1rem;padding-left:1.25rem}li{margin:.25rem 0;overflow-wrap:anywhere}
@media (forced-colors:active){button{border:2px solid ButtonText}}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Text made safe inside elements and quoted attributes. */
export function asHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export function renderPage({ title, content }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${asHtml(title)} – Polyclinic</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="brand">Polyclinic</p>
${content}
</main>
</body>
</html>
`;
}

/** The headers that go with a page. Nothing may load, frame or script it. */
export function pageHeaders({ leadsTo = [] }: Page): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      `default-src 'none'`,
      `style-src 'sha256-${STYLE_HASH}'`,
      `form-action ${[`'self'`, ...leadsTo].join(' ')}`,
      `frame-ancestors 'none'`,
      `base-uri 'none'`,
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}

/** The part of a redirect URI that a `form-action` names: its origin, or its scheme for an app's own scheme. */
export function formTarget(uri: string): string[] {
  const parsed = URL.parse(uri);
  if (parsed === null) return [];
  return [parsed.origin === 'null' ? parsed.protocol : parsed.origin];
}
