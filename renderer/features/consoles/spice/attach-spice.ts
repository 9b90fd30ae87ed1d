import type { AttachScreen } from '../screen.ts';
import { DisplayChannel } from './display/display-channel.ts';
import { setExtras } from './spice-extras.ts';
import { SpiceScreen } from './spice-screen.ts';
import './spice.css';

/** A screen by SPICE. */
export const attachSpice: AttachScreen = (element, source, events) => {
  const screen = new SpiceScreen({ element, source, events, makeDisplay: (options) => new DisplayChannel(options) });
  setExtras(screen, screen);
  return screen;
};
