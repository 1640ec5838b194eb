/** Bundles the page of the viewer into `../pageText.ts`: one document that loads nothing, with the policy that holds it to that. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { transformSync } from 'esbuild'
import { documentOf, scriptOf } from '../../dashboard/page/document.mjs'

const beside = (name) => fileURLToPath(new URL(name, import.meta.url))
const { resolve } = createRequire(import.meta.url)
const text = (file) => readFileSync(file, 'utf8')

const script = scriptOf(beside('main.ts'))
const style = transformSync(text(beside('style.css')), { loader: 'css', minify: true }).code.trim()
const license = text(fileURLToPath(new URL('../LICENSE', `file://${resolve('three')}`))).trim()

const { page, policy } = documentOf({
  template: text(beside('page.html')),
  script,
  style,
  credit: 'The scene is drawn by three.js',
  license,
})
const compressed = gzipSync(page, { level: 9 }).toString('base64')

writeFileSync(
  beside('../pageText.ts'),
  '/** The page of the viewer; written by `npm run build`, not by hand. */\n\n' +
    `/** The document, compressed by gzip, in base64. */\nexport const pageGzip: string = ${JSON.stringify(compressed)}\n\n` +
    `/** Its content security policy: its own script and style by their hashes, and requests to its server. */\nexport const pagePolicy: string = ${JSON.stringify(policy)}\n`,
)
