/** Numbers of the drawing messages. Source: spice-protocol, enums.h, SPICE_MSG_DISPLAY_…. */
export const Draw = {
  copyBits: 104,
  fill: 302,
  opaque: 303,
  copy: 304,
  blend: 305,
  blackness: 306,
  whiteness: 307,
  invers: 308,
  rop3: 309,
  stroke: 310,
  text: 311,
  transparent: 312,
  alphaBlend: 313,
} as const;
