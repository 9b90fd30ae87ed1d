declare module 'proxy-from-env' {
  /** The proxy that the environment (https_proxy, no_proxy…) names for an address; '' for none. */
  export function getProxyForUrl(url: string): string;
}
