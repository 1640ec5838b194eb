/** A version of Gymnasium's tasks on MuJoCo: papers report v4, and v5 is what Gymnasium's users run today. */
export type Version = 'v4' | 'v5'
