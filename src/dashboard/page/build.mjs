/** Bundles the page of the dashboard into `../pageText.ts`: one document that loads nothing, with the policy that holds it to that. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
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
/** The colors of series as variables, on both grounds. */
const palette = async () => {
  const { code } = transformSync(text(beside('../../palette.ts')), { loader: 'ts', format: 'esm' })
  const { seriesColors, seriesColorsOnDark } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  const variables = (colors) => `:root{${colors.map((color, place) => `--series-${place}:${color}`).join(';')}}`
  return `${variables(seriesColors)}@media (prefers-color-scheme:dark){${variables(seriesColorsOnDark)}}`
}
const css = (source) => transformSync(source, { loader: 'css', minify: true }).code
const style = css(text(resolve('uplot/dist/uPlot.min.css')) + (await palette()) + text(beside('style.css'))).trim()
const license = text(resolve('uplot/LICENSE')).trim()

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
  .replace('<!doctype html>', () => `<!doctype html>\n<!-- The charts are drawn by uPlot:\n\n${license}\n-->`)
  .replace('<style></style>', () => `<style>${style}</style>`)
  .replace('<script></script>', () => `<script>${script}</script>`)

writeFileSync(
  beside('../pageText.ts'),
  '/** The page of the dashboard; written by `npm run build`, not by hand. */\n\n' +
    `/** The document. */\nexport const pageText = ${JSON.stringify(page)}\n\n` +
    `/** Its content security policy: its own script and style by their hashes, and its stream of events. */\nexport const pagePolicy = ${JSON.stringify(policy)}\n`,
)
