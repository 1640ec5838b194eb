/** Components of observations that several numbers of each body make up. */
import type { Component } from '../components.js'

const axes = ['x', 'y', 'z'] as const
const named = (body: string, quantity: string, unit: string): readonly Component[] =>
  axes.map((axis) => [`${body} ${quantity} ${axis}`, unit] as const)

/** The six numbers of each body in `cfrc_ext`: the torque and the force of contacts; `bound` is that of each. */
export const contactComponents = (
  bodies: readonly string[],
  [low, high]: readonly [low: number, high: number] = [-Infinity, Infinity],
): readonly Component[] =>
  bodies
    .flatMap((body) => [...named(body, 'contact torque', 'N m'), ...named(body, 'contact force', 'N')])
    .map(([name, unit]) => [name, unit, low, high])

/** The six numbers of each body in `cvel`: its velocity of rotation and its velocity. */
export const velocityComponents = (bodies: readonly string[]): readonly Component[] =>
  bodies.flatMap((body) => [...named(body, 'rotation', 'rad/s'), ...named(body, 'velocity', 'm/s')])

/** The ten numbers of each body in `cinert`: moments and products of inertia about the center of the robot, mass times offset, and mass. */
export const inertiaComponents = (bodies: readonly string[]): readonly Component[] =>
  bodies.flatMap((body): readonly Component[] => [
    ...['xx', 'yy', 'zz', 'xy', 'xz', 'yz'].map((pair) => [`${body} inertia ${pair}`, 'kg m^2'] as const),
    ...named(body, 'mass times offset', 'kg m'),
    [`${body} mass`, 'kg'],
  ])
