/** A version of Gymnasium's tasks on MuJoCo: papers report v4, and v5 is the current one. */
export type Version = 'v4' | 'v5'
