const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** An instant (milliseconds since 1970) to the second: two definitions of one minute are two. */
export const formatMoment = (at: number): string => moment.format(at);
