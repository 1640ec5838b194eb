/** Prints models that are typed data as MJCF, the text that MuJoCo compiles. */
import type { Actuator, Body, Equality, Geom, Joint, Model, Sensor, Site, Tendon } from './model.js'

type Attributes = Readonly<Record<string, string | number | readonly number[] | undefined>>

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' }

/** The shortest decimal that reads back as the same double, which is how JavaScript prints one. */
const attributeText = (name: string, value: string | number | readonly number[]): string => {
  if (typeof value === 'string') return value.replace(/[&<"]/g, (character) => escapes[character])
  const numbers = typeof value === 'number' ? [value] : value
  if (!numbers.every(Number.isFinite)) throw new RangeError(`mjcf: expected finite numbers in ${name}, got ${numbers}`)
  return numbers.join(' ')
}

const element = (tag: string, attributes: Attributes, children: readonly string[] = []): string => {
  const attributesText = Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${attributeText(`${tag} ${name}`, value)}"`))
    .join('')
  return children.length === 0
    ? `<${tag}${attributesText}/>`
    : `<${tag}${attributesText}>\n${children.join('\n')}\n</${tag}>`
}

/** A section of the model; none if it has no elements. */
const section = (tag: string, children: readonly string[]): readonly string[] =>
  children.length === 0 ? [] : [element(tag, {}, children)]

const joint = (attributes: Joint): string => element('joint', attributes)
const geom = (attributes: Geom): string => element('geom', attributes)
const site = (attributes: Site): string => element('site', attributes)

const body = ({ inertial, joints = [], geoms = [], sites = [], bodies = [], ...attributes }: Body): string =>
  element('body', attributes, [
    ...(inertial === undefined ? [] : [element('inertial', inertial)]),
    ...joints.map(joint),
    ...geoms.map(geom),
    ...sites.map(site),
    ...bodies.map(body),
  ])

const tendon = (whole: Tendon): string => {
  if ('joints' in whole) {
    const { joints, ...attributes } = whole
    return element(
      'fixed',
      attributes,
      joints.map((each) => element('joint', each)),
    )
  }
  const { sites, ...attributes } = whole
  return element(
    'spatial',
    attributes,
    sites.map((each) => element('site', { site: each })),
  )
}

const equality = ({ tendon: tendon1, ...attributes }: Equality): string => element('tendon', { tendon1, ...attributes })

const actuator = ({ type = 'motor', ...attributes }: Actuator): string => element(type, attributes)

const sensor = ({ type, ...attributes }: Sensor): string => element(type, attributes)

/**
 * Prints a model as MJCF.
 *
 * Fails: RangeError naming the attribute that holds a number which is not finite.
 */
export const mjcf = ({
  name,
  totalMass,
  flags,
  geoms,
  sites = [],
  bodies,
  tendons = [],
  equalities = [],
  actuators,
  sensors = [],
  ...physics
}: Model): string =>
  element('mujoco', { model: name }, [
    element('compiler', { angle: 'radian', settotalmass: totalMass }),
    element('option', physics, flags === undefined ? [] : [element('flag', flags)]),
    element('worldbody', {}, [...geoms.map(geom), ...sites.map(site), ...bodies.map(body)]),
    ...section('tendon', tendons.map(tendon)),
    ...section('equality', equalities.map(equality)),
    ...section('actuator', actuators.map(actuator)),
    ...section('sensor', sensors.map(sensor)),
  ])
