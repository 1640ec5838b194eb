/** HTML as text. */
import { element, escapedXml } from '../pictures/svg.js'

/** A paragraph of plain text. */
export const paragraph = (content: string): string => element('p', {}, escapedXml(content))

/** A list of plain sentences; nothing if there are none. */
export const list = (sentences: readonly string[]): string =>
  sentences.length === 0
    ? ''
    : element('ul', { class: 'notes' }, ...sentences.map((each) => element('li', {}, escapedXml(each))))

/** A section with a heading; `id` is the place that links lead to. */
export const section = (id: string, heading: string, ...parts: readonly string[]): string =>
  element('section', { id }, element('h2', {}, escapedXml(heading)), ...parts)

/** A cell of a table: text, or text with its alignment. */
export type Cell = string | { readonly number: string }

const cellOf = (cell: Cell): string =>
  typeof cell === 'string'
    ? element('td', {}, escapedXml(cell))
    : element('td', { class: 'number' }, escapedXml(cell.number))

/** A table of plain text; its columns are named. A column whose first cell is a number has its name at the right. */
export const table = (names: readonly string[], rows: readonly (readonly Cell[])[]): string => {
  const head = names.map((name, i) =>
    element('th', typeof rows[0]?.[i] === 'object' ? { class: 'number' } : {}, escapedXml(name)),
  )
  const body = rows.map((row) => element('tr', {}, ...row.map(cellOf)))
  return element(
    'div',
    { class: 'wide' },
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body)),
  )
}

/** A picture on the page. Its size is that of the picture, or the page's width if that is less. */
export const figure = (svg: string): string => element('figure', {}, svg.trimEnd())

// The policy forbids the page to load anything, from anywhere, and to run scripts.
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

const style = `
:root{color-scheme:light}
body{margin:0 auto;max-width:1180px;padding:24px 20px 60px;background:#fff;color:#24292f;
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
h1{font-size:26px;line-height:1.25;margin:0 0 4px}h2{font-size:19px;margin:44px 0 8px;padding-top:12px;border-top:1px solid #d0d7de}
h3{font-size:15px;margin:22px 0 6px}p{max-width:78ch;margin:8px 0}.lead{color:#57606a;margin-bottom:16px}
nav a{margin-right:16px;color:#0550ae}.notes{margin:10px 0;padding-left:20px;color:#6a4500}
figure{margin:14px -16px}figure svg{display:block;max-width:100%;height:auto}
.wide{overflow-x:auto;margin:12px 0}table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:4px 14px 4px 0;border-bottom:1px solid #e6e9ed;vertical-align:top;white-space:nowrap}
td.about{white-space:normal}th{font-weight:600;border-bottom-color:#8c959f}.number{text-align:right}
footer{margin-top:48px;color:#57606a;font-size:13px}
@media print{body{max-width:none;padding:0}section{break-inside:avoid-page}nav{display:none}}
`.replaceAll('\n', '')

/** A whole page. It is one file that loads nothing. */
export const page = (title: string, ...parts: readonly string[]): string =>
  '<!doctype html>\n' +
  element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      // Without an icon of its own a page makes a browser ask its server for one.
      element('link', { rel: 'icon', href: 'data:,' }),
      element('title', {}, escapedXml(title)),
      `<style>${style}</style>`,
    ),
    element('body', {}, ...parts),
  ) +
  '\n'
