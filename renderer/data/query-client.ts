import { QueryClient } from '@tanstack/react-query';

/**
 * Lists are read once and then kept by events, so nothing here goes stale by time, focus or network: the other end is main, not a server.
 * Failures are shown with a Retry button rather than repeated behind the person's back.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 5 * 60_000,
      retry: false,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
