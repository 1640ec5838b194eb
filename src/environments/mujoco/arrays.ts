/**
 * Names of MuJoCo's arrays of doubles that a task may use, as in MuJoCo's reference.
 *
 * The lists are written here because the binding types every array as `any`, and because not every array can be kept as a view: arrays
 * of constraints and contacts move in memory at each physics step, and are in none of the lists.
 */

// prettier-ignore
/** Arrays of the moving state, and of the quantities that MuJoCo derives from it at each physics step. */
export const dataArrays = [
  'act', 'act_dot', 'actuator_force', 'actuator_length', 'actuator_velocity', 'cacc', 'cam_xmat', 'cam_xpos',
  'cdof', 'cdof_dot', 'cfrc_ext', 'cfrc_int', 'cinert', 'crb', 'ctrl', 'cvel', 'energy', 'geom_xmat', 'geom_xpos',
  'light_xdir', 'light_xpos', 'mocap_pos', 'mocap_quat', 'qacc', 'qacc_smooth', 'qacc_warmstart', 'qfrc_actuator',
  'qfrc_applied', 'qfrc_bias', 'qfrc_constraint', 'qfrc_damper', 'qfrc_fluid', 'qfrc_gravcomp', 'qfrc_inverse',
  'qfrc_passive', 'qfrc_smooth', 'qfrc_spring', 'qpos', 'qvel', 'sensordata', 'site_xmat', 'site_xpos',
  'subtree_angmom', 'subtree_com', 'subtree_linvel', 'ten_length', 'ten_velocity', 'userdata', 'xanchor', 'xaxis',
  'xfrc_applied', 'ximat', 'xipos', 'xmat', 'xpos', 'xquat',
] as const

/** The forces and accelerations of bodies. MuJoCo derives them when it is asked to; where a task reads them, after each action. */
export const forceArrays: readonly string[] = ['cacc', 'cfrc_ext', 'cfrc_int']

/** A name in `dataArrays`. */
export type DataArray = (typeof dataArrays)[number]

// prettier-ignore
/**
 * Arrays of the model that MuJoCo reads at each physics step, so that a task may write to them.
 *
 * Values that the compiler derived from them do not change, above all the spheres and boxes (`geom_rbound`, `geom_aabb`) outside of
 * which MuJoCo searches no contact: a geom that collides may move, but must not grow.
 */
export const movableArrays = [
  'actuator_biasprm', 'actuator_ctrlrange', 'actuator_forcerange', 'actuator_gainprm', 'actuator_gear', 'body_pos',
  'body_quat', 'cam_pos', 'cam_quat', 'dof_damping', 'dof_frictionloss', 'eq_data', 'geom_friction', 'geom_pos',
  'geom_quat', 'geom_size', 'geom_solimp', 'geom_solref', 'jnt_range', 'jnt_stiffness', 'light_dir', 'light_pos',
  'qpos_spring', 'site_pos', 'site_quat', 'site_size', 'tendon_damping', 'tendon_frictionloss',
  'tendon_lengthspring', 'tendon_range', 'tendon_stiffness',
] as const

/** A name in `movableArrays`. */
export type MovableArray = (typeof movableArrays)[number]

// prettier-ignore
/** Arrays of the model that can only be read, since MuJoCo's compiler derived other arrays from them. */
export const constantArrays = [
  'actuator_actrange', 'actuator_dynprm', 'body_gravcomp', 'body_inertia', 'body_ipos', 'body_iquat', 'body_mass',
  'body_subtreemass', 'dof_armature', 'geom_margin', 'geom_rbound', 'jnt_actfrcrange', 'jnt_axis', 'jnt_margin',
  'jnt_pos', 'key_act', 'key_ctrl', 'key_qpos', 'key_qvel', 'numeric_data', 'qpos0', 'sensor_cutoff',
  'tendon_length0',
] as const

/** Any array of the model: a name in `movableArrays` or `constantArrays`. */
export type ModelArray = MovableArray | (typeof constantArrays)[number]
