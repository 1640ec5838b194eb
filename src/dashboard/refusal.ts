/** Which requests the server of a page refuses: other machines cannot reach it, other pages in the reader's browser could. */

/** What is looked at of a request. */
export interface AskedFor {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** A refusal: the status of the response, and its line. */
export interface RequestRefusal {
  readonly status: 403 | 404 | 405
  readonly line: string
}

/** The names by which a page on this machine may call the server. */
const NAMES = ['127.0.0.1', 'localhost']

/** The hosts of a server on a port; browsers leave out the port of the protocol. */
const hostsOf = (port: number): readonly string[] => [
  ...NAMES.map((name) => `${name}:${port}`),
  ...(port === 80 ? NAMES : []),
]

/** What a server has. */
export interface KnownPaths {
  /** The paths as a refusal lists them. */
  readonly paths: readonly string[]
  has(url: string): boolean
}

/**
 * Why a request to the server on this port is refused; null if it is not.
 *
 * The name of the host is checked, since a foreign name that leads to this machine (DNS rebinding) would make a foreign page one of the same
 * origin. The origin is checked where a browser sends one, and otherwise where the request comes from, as browsers say in `Sec-Fetch-Site`;
 * a link from elsewhere may open the page, and nothing else.
 */
export const refusalOf = (
  { method, url, headers }: AskedFor,
  port: number,
  { paths, has }: KnownPaths,
): RequestRefusal | null => {
  const hosts = hostsOf(port)
  const { host, origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers
  if (typeof host !== 'string' || !hosts.includes(host.toLowerCase())) {
    return { status: 403, line: `expected the host ${hosts[0]}` }
  }
  if (origin !== undefined && !hosts.some((each) => origin === `http://${each}`)) {
    return { status: 403, line: 'expected no other origin than this page' }
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !(mode === 'navigate' && url === '/')) {
    return { status: 403, line: 'expected no request from another page' }
  }
  if (method !== 'GET') return { status: 405, line: 'expected GET' }
  return has(url ?? '') ? null : { status: 404, line: `expected one of ${paths.join(', ')}` }
}
