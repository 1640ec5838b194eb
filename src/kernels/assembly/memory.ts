/** Addresses of numbers: doubles begin at byte 0 of the memory, floats at `floatsAt`, which `bind` sets once for each instance. */

let floatsAt: usize = 0

/** Sets the byte at which floats begin. */
export function bind(bytes: usize): void {
  floatsAt = bytes
}

/** The address of a float. */
// @ts-ignore: decorator
@inline
export function float(offset: i32): usize {
  return floatsAt + (<usize>offset << 2)
}

/** The address of a double. */
// @ts-ignore: decorator
@inline
export function double(offset: i32): usize {
  return <usize>offset << 3
}
