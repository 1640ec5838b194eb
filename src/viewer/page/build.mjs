/** Bundles the page of the viewer into `../pageText.ts`: one document that loads nothing, with the policy that holds it to that. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildSync, transformSync } from 'esbuild'

const beside = (name) => fileURLToPath(new URL(name, import.meta.url))
const { resolve } = createRequire(import.meta.url)
const text = (file) => readFileSync(file, 'utf8')

const bundle = buildSync({
  entryPoints: [beside('main.ts')],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  write: false,
})
const script = bundle.outputFiles[0].text.trim()
const style = transformSync(text(beside('style.css')), { loader: 'css', minify: true }).code.trim()
const license = text(fileURLToPath(new URL('../LICENSE', `file://${resolve('three')}`))).trim()

const hash = (content) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
const page = text(beside('page.html'))
  .replace(/\n\s*/g, '\n')
  .replace('<!doctype html>', () => `<!doctype html>\n<!-- The scene is drawn by three.js:\n\n${license}\n-->`)
  .replace('<style></style>', () => `<style>${style}</style>`)
  .replace('<script></script>', () => `<script>${script}</script>`)
const compressed = gzipSync(page, { level: 9 }).toString('base64')

writeFileSync(
  beside('../pageText.ts'),
  '/** The page of the viewer; written by `npm run build`, not by hand. */\n\n' +
    `/** The document, compressed by gzip, in base64. */\nexport const pageGzip: string = ${JSON.stringify(compressed)}\n\n` +
    `/** Its content security policy: its own script and style by their hashes, and requests to its server. */\nexport const pagePolicy: string = ${JSON.stringify(policy)}\n`,
)
