/** What all surfaces are made of. */

/** A surface in the frame of its shape. */
export interface Triangles {
  /** In meters, shape `[vertices, 3]`. */
  readonly positions: Float32Array
  /** Unit vectors outward, shape `[vertices, 3]`. */
  readonly normals: Float32Array
  /** Vertices counterclockwise seen from outside, shape `[triangles, 3]`. */
  readonly indices: Uint32Array
}
