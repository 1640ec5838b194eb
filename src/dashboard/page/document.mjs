/** Makes documents that load nothing, with the content security policy that holds them to that: for the build of every page. */
import { createHash } from 'node:crypto'
import { buildSync } from 'esbuild'

/** Bundles a script. */
export const scriptOf = (entry) =>
  buildSync({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    write: false,
  }).outputFiles[0].text.trim()

const hash = (content) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`

/** Puts script, style and the license of what it contains into a page; its policy allows these by their hashes, and requests to its server. */
export const documentOf = ({ template, script, style, credit, license }) => ({
  page: template
    .replace(/\n\s*/g, '\n')
    .replace('<!doctype html>', () => `<!doctype html>\n<!-- ${credit}:\n\n${license}\n-->`)
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script></script>', () => `<script>${script}</script>`),
  policy: [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
})
