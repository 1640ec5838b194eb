/** The units of sensors, by their kinds. */
import type { MainModule, MjModel } from '@mujoco/mujoco'

/** For each kind of sensor, as `mjtSensor` names it without its prefix, its unit; for those of joints and tendons also that of a hinge. */
const units: Readonly<Record<string, string | readonly [sliding: string, turning: string]>> = {
  TOUCH: 'N',
  ACCELEROMETER: 'm/s^2',
  VELOCIMETER: 'm/s',
  GYRO: 'rad/s',
  FORCE: 'N',
  TORQUE: 'N m',
  MAGNETOMETER: 'T',
  RANGEFINDER: 'm',
  JOINTPOS: ['m', 'rad'],
  JOINTVEL: ['m/s', 'rad/s'],
  JOINTACTFRC: ['N', 'N m'],
  JOINTLIMITPOS: ['m', 'rad'],
  JOINTLIMITVEL: ['m/s', 'rad/s'],
  JOINTLIMITFRC: ['N', 'N m'],
  TENDONPOS: 'm',
  TENDONVEL: 'm/s',
  TENDONACTFRC: 'N',
  TENDONLIMITPOS: 'm',
  TENDONLIMITVEL: 'm/s',
  TENDONLIMITFRC: 'N',
  BALLANGVEL: 'rad/s',
  FRAMEPOS: 'm',
  FRAMELINVEL: 'm/s',
  FRAMEANGVEL: 'rad/s',
  FRAMELINACC: 'm/s^2',
  FRAMEANGACC: 'rad/s^2',
  SUBTREECOM: 'm',
  SUBTREELINVEL: 'm/s',
  SUBTREEANGMOM: 'kg m^2/s',
  GEOMDIST: 'm',
  GEOMFROMTO: 'm',
  E_POTENTIAL: 'J',
  E_KINETIC: 'J',
  CLOCK: 's',
}

/** The unit of each sensor of a model; `1` where the kind has none, or where it depends on what the model drives. */
export const sensorUnits = ({ mjtSensor, mjtJoint }: MainModule, model: MjModel): readonly string[] => {
  const kinds = new Map(
    Object.keys(units).map((kind) => [
      (mjtSensor as unknown as Record<string, { readonly value: number }>)[`mjSENS_${kind}`].value,
      units[kind],
    ]),
  )
  const [objects, jointKinds] = [model.sensor_objid as Int32Array, model.jnt_type as Int32Array]
  return Array.from(model.sensor_type as Int32Array, (kind, row) => {
    const unit = kinds.get(kind) ?? '1'
    if (typeof unit === 'string') return unit
    return unit[jointKinds[objects[row]] === mjtJoint.mjJNT_HINGE.value ? 1 : 0]
  })
}
