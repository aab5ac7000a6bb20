/** The page for whoever opens a server on a LAN by plain http: why there is nothing to see, and where to go instead. */
import { createHash } from 'node:crypto';

/** The values of src/ui/styles/tokens.css that this page needs; the font is the reader's own, nothing else is fetched. */
const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#12263a, #e7eef4); --muted: light-dark(#4c6073, #a6b6c4);
  --teal: light-dark(#0b6b74, #5ccfcb); --on-teal: light-dark(#ffffff, #0b1a22); --line: light-dark(#dce4e9, #263848); }
body { max-width: 36rem; margin: 0 auto; padding: 48px 20px; background: light-dark(#ffffff, #0f1a24); color: var(--ink);
  font: 1.125rem/1.5 'Atkinson Hyperlegible Next', 'PingFang SC', 'Noto Sans SC', 'Microsoft YaHei', system-ui, sans-serif; }
svg { display: block; }
h1, h2 { margin: 32px 0 12px; font-size: 1.75rem; line-height: 1.25; }
p { margin: 0 0 16px; }
a { display: inline-block; box-sizing: border-box; max-width: 100%; padding: 12px 20px; border-radius: 10px;
  background: var(--teal); color: var(--on-teal); font-weight: 600; text-decoration: none; overflow-wrap: anywhere; }
a:hover { text-decoration: underline; }
a:focus-visible { outline: 3px solid var(--teal); outline-offset: 2px; }
.next { margin: 0 0 24px; }
.small { color: var(--muted); font-size: 1rem; }
[lang='zh-Hans'] { margin-top: 40px; border-top: 1px solid var(--line); line-height: 1.7; }
`;

/** Stricter than the app's own: this page is its text and this style, and a link. */
export const EXPLANATION_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @param httpsUrl  as URL.href writes it: nothing in it ends an attribute */
export function explanationPage(httpsUrl: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Medmesh</title>
<style>${STYLE}</style>
<svg width="40" height="40" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9" fill="var(--teal)"/><path
 d="M8 23V10.5L16 18l8-7.5V23" fill="none" stroke="var(--on-teal)" stroke-width="2.2" stroke-linejoin="round"/><g
 fill="var(--on-teal)"><circle cx="8" cy="23" r="3"/><circle cx="8" cy="10" r="3"/><circle cx="16" cy="18" r="3"/><circle
 cx="24" cy="10" r="3"/><circle cx="24" cy="23" r="3"/></g></svg>
<main>
<h1>This page needs https</h1>
<p>Without it a browser gives a page no safe place for keys and records. Nothing is lost: the same page is at
<p class="next"><a href="${httpsUrl}">${httpsUrl}</a>
<p class="small">Your browser will warn once, because the certificate was made by the computer that serves this page.
Before you go on, compare its SHA-256 fingerprint with the one shown in the terminal of that computer.
<section lang="zh-Hans">
<h2>此页面需要 https</h2>
<p>没有 https，浏览器不会为密钥和健康记录提供安全的存放处。没有丢失任何内容，同一页面在这里：
<p class="next"><a href="${httpsUrl}">${httpsUrl}</a>
<p class="small">浏览器会警告一次，因为证书由提供此页面的电脑自行签发。继续之前，请将证书的 SHA-256 指纹与那台电脑终端中显示的指纹核对。
</section>
</main>
</html>
`;
}
