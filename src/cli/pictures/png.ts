/** Pictures as PNG, by the optional peers `@resvg/resvg-wasm` and, since it has no font of its own, `@fontsource/source-sans-3`. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { reason } from '../../failure.js'
import { isAbsent, unavailable } from '../../host/optionalPeer.js'
import { FONT } from './svg.js'

const RENDERER = '@resvg/resvg-wasm'
const FONTS = '@fontsource/source-sans-3'

/** Pixels of the PNG for each pixel of the picture. */
const ZOOM = 2

const { resolve } = createRequire(import.meta.url)
const bytesOf = (file: string): Uint8Array => readFileSync(resolve(file))

/** The names of the packages, in messages. */
const packages = `${RENDERER} and ${FONTS}`

const load = async () => {
  try {
    const { Resvg, initWasm } = await import('@resvg/resvg-wasm').catch(unavailable)
    const fonts = [400, 600].map((weight) => bytesOf(`${FONTS}/files/source-sans-3-latin-${weight}-normal.woff2`))
    await initWasm(bytesOf(`${RENDERER}/index_bg.wasm`))
    return { Resvg, fonts }
  } catch (error) {
    if ([RENDERER, FONTS].some((name) => isAbsent(error, name))) {
      throw new Error(`a PNG needs ${packages}, which are not both installed: npm install ${RENDERER} ${FONTS}`)
    }
    throw new Error(`a PNG needs ${packages}, which do not load: ${reason(error)}`)
  }
}

/** Module state, since the renderer is one for the process: it refuses to be loaded again. */
let loading: ReturnType<typeof load> | null = null

/** A letter that the font does not have: it has those of Latin-1, punctuation and the minus sign. */
const FOREIGN = /[^\0-\xff\u2000-\u206f\u2212]/u

/**
 * A picture as PNG, twice as large. The same picture gives the same bytes.
 *
 * Fails: rejects with one line if a package is absent, which says what to install, or does not load, and for a letter that is not Latin.
 */
export const png = async (svg: string): Promise<Uint8Array> => {
  const [foreign] = FOREIGN.exec(svg) ?? []
  if (foreign !== undefined) throw new Error(`a PNG has Latin letters alone, and not '${foreign}'; an SVG has all`)
  const { Resvg, fonts } = await (loading ??= load())
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    font: { fontBuffers: fonts, defaultFontFamily: FONT, sansSerifFamily: FONT },
  })
  const image = drawing.render()
  const bytes = image.asPng()
  image.free()
  drawing.free()
  return bytes
}
