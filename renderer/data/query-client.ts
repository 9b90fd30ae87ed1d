import { QueryClient } from '@tanstack/react-query';
import { CallError } from '#contract/client';

const BUSY_RETRIES = 4;

/**
 * Lists are read once and then kept by events, so nothing here goes stale by time, focus or network: the other end is main, not a server.
 * Failures are shown with a Retry button rather than repeated behind the person's back; but for a window that asked for more at once than main
 * answers, which it does itself, when much changes on a host.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 5 * 60_000,
      retry: (failures, error) => failures < BUSY_RETRIES && error instanceof CallError && error.code === 'busy',
      retryDelay: (failures) => 250 * 2 ** failures,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
