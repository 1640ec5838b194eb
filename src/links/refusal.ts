/** Which failures another attempt does not change. */
import { SensorError } from '../failure.js'
import { type Place, reasonFor } from './address.js'

/**
 * Codes of Node and OpenSSL for certificates that one of the two sides does not accept, and for a server that speaks no TLS.
 * A certificate that is not valid yet is none of them: a small computer starts with a clock that is years slow.
 */
const refusals =
  /^(CERT_(?!NOT_YET_VALID)\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|ERR_TLS_CERT_\w+|ERR_SSL_\w*ALERT_(BAD_CERTIFICATE|\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED)|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|ERR_OSSL_\w+)$/

/** Whether a failure is one of certificates or keys, which no other attempt heals. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && typeof error.code === 'string' && refusals.test(error.code)) ||
    /wrong version number|packet length too long/.test(error.message))

/** A refusal in the words of who refused. */
export const refused = (place: Place, error: unknown): SensorError =>
  new SensorError(`${place.label}: ${reasonFor(place, error)}`)

/** A server that answers the request for a WebSocket with one of these asks for other credentials. */
const refusing = /^Unexpected server response: (401|403|407)$/

/** What a failed WebSocket says; for good if the server wants other credentials. */
export const webSocketFailure = (place: Place, error: unknown): unknown => {
  const status = error instanceof Error ? refusing.exec(error.message)?.[1] : undefined
  return status === undefined ? error : refused(place, `the server refuses the connection: ${status}`)
}

/** Makes a client. What its constructor throws at is a mistake in the options, which no other attempt heals. */
export const made = <C>(place: Place, make: () => C): C => {
  try {
    return make()
  } catch (error) {
    throw refused(place, error)
  }
}
