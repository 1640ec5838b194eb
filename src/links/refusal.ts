/** Failures that another attempt does not change. */
import { SensorError } from '../failure.js'
import { type Place, reasonFor } from './address.js'

/**
 * Codes of Node and OpenSSL for certificates that one of the two sides does not accept, and for a server without TLS. A certificate
 * that is not valid yet does not count: the clock of a small computer may be years slow when it starts.
 */
const REFUSAL_CODE =
  /^(CERT_(?!NOT_YET_VALID)\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|ERR_TLS_CERT_\w+|ERR_SSL_\w*ALERT_(BAD_CERTIFICATE|\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED)|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|ERR_OSSL_\w+)$/

/** Whether a failure is one of certificates or keys, which another attempt does not change. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && typeof error.code === 'string' && REFUSAL_CODE.test(error.code)) ||
    /wrong version number|packet length too long/.test(error.message))

/** The error of a refusal, with the reason that the other side gave. */
export const refusal = (place: Place, error: unknown): SensorError =>
  new SensorError(`${place.label}: ${reasonFor(place, error)}`)

/** The HTTP statuses with which a server refuses the credentials of a WebSocket. */
const REFUSED_STATUS = /^Unexpected server response: (401|403|407)$/

/** The error of a failed WebSocket; a refusal if the server does not accept the credentials. */
export const webSocketFailure = (place: Place, error: unknown): unknown => {
  const status = error instanceof Error ? REFUSED_STATUS.exec(error.message)?.[1] : undefined
  return status === undefined ? error : refusal(place, `the server refuses the connection: ${status}`)
}

/** Calls the constructor of a client. An error that it throws is a mistake in the options, which another attempt does not change. */
export const constructClient = <C>(place: Place, make: () => C): C => {
  try {
    return make()
  } catch (error) {
    throw refusal(place, error)
  }
}
