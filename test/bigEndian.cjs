/** Has a program find itself on a big-endian machine: the bytes of the number 1 are in the other order. */
const { of } = Uint16Array
Uint16Array.of = (value) => of.call(Uint16Array, value === 1 ? 256 : value)
