/** Bundles the page of the dashboard into `../pageText.ts`: one document that loads nothing, with the policy that holds it to that. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { documentOf, scriptOf } from './document.mjs'

const beside = (name) => fileURLToPath(new URL(name, import.meta.url))
const { resolve } = createRequire(import.meta.url)
const text = (file) => readFileSync(file, 'utf8')

const script = scriptOf(beside('main.ts'))
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

const { page, policy } = documentOf({
  template: text(beside('page.html')),
  script,
  style,
  credit: 'The charts are drawn by uPlot',
  license,
})

writeFileSync(
  beside('../pageText.ts'),
  '/** The page of the dashboard; written by `npm run build`, not by hand. */\n\n' +
    `/** The document. */\nexport const pageText = ${JSON.stringify(page)}\n\n` +
    `/** Its content security policy: its own script and style by their hashes, and its stream of events. */\nexport const pagePolicy = ${JSON.stringify(policy)}\n`,
)
