/** The colors of shapes, in the viewer and in films. */
import type { VisibleModel, VisibleShape } from '../environments/mujoco/visibleScene.js'

/** Red, green, blue and alpha from 0 to 1, as they are on the screen (sRGB). */
export type Color = readonly [red: number, green: number, blue: number, alpha: number]

/** Of limbs, in the order in which the model has them. */
const limbs: readonly Color[] = [
  [0.31, 0.52, 0.74, 1],
  [0.93, 0.6, 0.23, 1],
  [0.24, 0.65, 0.58, 1],
  [0.79, 0.4, 0.5, 1],
  [0.56, 0.46, 0.72, 1],
  [0.62, 0.66, 0.28, 1],
  [0.35, 0.7, 0.87, 1],
]
/** Of what does not move. */
const still: Color = [0.68, 0.71, 0.75, 1]
/** Of what marks a place. */
const mark: Color = [0.16, 0.63, 0.36, 0.75]

/** Both colors of the squares of a floor that the model leaves without one. */
export const floorColors: readonly [Color, Color] = [
  [0.87, 0.89, 0.91, 1],
  [0.79, 0.82, 0.85, 1],
]
/** Of contacts. */
export const contactColor: Color = [0.86, 0.15, 0.2, 1]
/** Of the sky, into which a floor fades. It is one color, so that a film of few colors has no stripes. */
export const skyColor: Color = [0.95, 0.965, 0.98, 1]

const lighter = ([red, green, blue, alpha]: Color): Color => {
  const towardsWhite = (each: number): number => each + 0.28 * (1 - each)
  return [towardsWhite(red), towardsWhite(green), towardsWhite(blue), alpha]
}

/** Whether a shape marks a place, such as a target: all sites that are seen, and balls that are fixed to the world. */
export const isMark = ({ bodies }: Pick<VisibleModel, 'bodies'>, { element, kind, body }: VisibleShape): boolean =>
  element === 'site' || (kind === 'sphere' && bodies[body].isFixed)

/**
 * The color of each body: a limb has one of its own, which begins where a body has several that hang on it; along a limb, a lighter one takes
 * turns with it.
 */
const bodyColors = ({ bodies }: VisibleModel): readonly Color[] => {
  const found: { readonly limb: number; readonly isLight: boolean }[] = []
  let limb = -1
  bodies.forEach(({ parent, isFixed }, row) => {
    const siblings = bodies.filter((other, at) => at !== 0 && other.parent === parent && !other.isFixed)
    const above = found[parent]
    const begins = row === 0 || above === undefined || bodies[parent].isFixed || siblings.length > 1
    if (begins && !isFixed) limb += 1
    found.push(begins ? { limb: Math.max(limb, 0), isLight: false } : { limb: above.limb, isLight: !above.isLight })
  })
  return found.map((each, row) => {
    if (bodies[row].isFixed) return still
    const color = limbs[each.limb % limbs.length]
    return each.isLight ? lighter(color) : color
  })
}

/** The color of each shape: the model's own, where it has one. */
export const colorsOf = (model: VisibleModel): readonly Color[] => {
  const ofBodies = bodyColors(model)
  return model.shapes.map((shape) => shape.rgba ?? (isMark(model, shape) ? mark : ofBodies[shape.body]))
}
