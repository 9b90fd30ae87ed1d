/** Set by the key's first byte 0xe0. */
const extended = (code: number): number => 0xe000 | code;

/**
 * PC scancodes (set 1) by KeyboardEvent.code, 0xe0.. where the keyboard sends two bytes. Sources: W3C UI Events KeyboardEvent code Values;
 * Linux, drivers/input/keyboard/atkbd.c.
 */
const scancodes: ReadonlyMap<string, number> = new Map([
  ['Escape', 0x01],
  ...row(0x02, ['Digit1', 'Digit2', 'Digit3', 'Digit4', 'Digit5', 'Digit6', 'Digit7', 'Digit8', 'Digit9', 'Digit0', 'Minus', 'Equal']),
  ['Backspace', 0x0e],
  ['Tab', 0x0f],
  ...row(0x10, ['KeyQ', 'KeyW', 'KeyE', 'KeyR', 'KeyT', 'KeyY', 'KeyU', 'KeyI', 'KeyO', 'KeyP', 'BracketLeft', 'BracketRight', 'Enter']),
  ['ControlLeft', 0x1d],
  ...row(0x1e, ['KeyA', 'KeyS', 'KeyD', 'KeyF', 'KeyG', 'KeyH', 'KeyJ', 'KeyK', 'KeyL', 'Semicolon', 'Quote', 'Backquote']),
  ['ShiftLeft', 0x2a],
  ...row(0x2b, ['Backslash', 'KeyZ', 'KeyX', 'KeyC', 'KeyV', 'KeyB', 'KeyN', 'KeyM', 'Comma', 'Period', 'Slash']),
  ['ShiftRight', 0x36],
  ['NumpadMultiply', 0x37],
  ['AltLeft', 0x38],
  ['Space', 0x39],
  ['CapsLock', 0x3a],
  ...row(0x3b, ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F10']),
  ['NumLock', 0x45],
  ['ScrollLock', 0x46],
  ...row(0x47, ['Numpad7', 'Numpad8', 'Numpad9', 'NumpadSubtract', 'Numpad4', 'Numpad5', 'Numpad6', 'NumpadAdd']),
  ...row(0x4f, ['Numpad1', 'Numpad2', 'Numpad3', 'Numpad0', 'NumpadDecimal']),
  ['IntlBackslash', 0x56],
  ['F11', 0x57],
  ['F12', 0x58],
  ['NumpadEqual', 0x59],
  ...row(0x64, ['F13', 'F14', 'F15', 'F16', 'F17', 'F18', 'F19', 'F20', 'F21', 'F22', 'F23']),
  ['KanaMode', 0x70],
  ['Lang2', 0x71],
  ['Lang1', 0x72],
  ['IntlRo', 0x73],
  ['F24', 0x76],
  ['Convert', 0x79],
  ['NonConvert', 0x7b],
  ['IntlYen', 0x7d],
  ['NumpadComma', 0x7e],
  ['MediaTrackPrevious', extended(0x10)],
  ['MediaTrackNext', extended(0x19)],
  ['NumpadEnter', extended(0x1c)],
  ['ControlRight', extended(0x1d)],
  ['AudioVolumeMute', extended(0x20)],
  ['LaunchApp2', extended(0x21)],
  ['MediaPlayPause', extended(0x22)],
  ['MediaStop', extended(0x24)],
  ['AudioVolumeDown', extended(0x2e)],
  ['AudioVolumeUp', extended(0x30)],
  ['BrowserHome', extended(0x32)],
  ['NumpadDivide', extended(0x35)],
  ['PrintScreen', extended(0x37)],
  ['AltRight', extended(0x38)],
  ...row(0x47, ['Home', 'ArrowUp', 'PageUp']).map(asExtended),
  ['ArrowLeft', extended(0x4b)],
  ['ArrowRight', extended(0x4d)],
  ...row(0x4f, ['End', 'ArrowDown', 'PageDown', 'Insert', 'Delete']).map(asExtended),
  ...row(0x5b, ['MetaLeft', 'MetaRight', 'ContextMenu', 'Power', 'Sleep']).map(asExtended),
  ['WakeUp', extended(0x63)],
  ...row(0x65, ['BrowserSearch', 'BrowserFavorites', 'BrowserRefresh', 'BrowserStop', 'BrowserForward', 'BrowserBack']).map(asExtended),
  ['LaunchApp1', extended(0x6b)],
  ['LaunchMail', extended(0x6c)],
  ['MediaSelect', extended(0x6d)],
]);

function row(first: number, codes: readonly string[]): [string, number][] {
  return codes.map((code, i) => [code, first + i]);
}

function asExtended([code, value]: [string, number]): [string, number] {
  return [code, extended(value)];
}

/** A key as the bytes that the keyboard sends for it, lowest first: what KEY_DOWN and KEY_UP carry. */
export interface Scancode {
  readonly down: number;
  readonly up: number;
}

// The one key with a prefix of its own. It says its two halves at once, and nothing when let go.
const pause: Scancode = { down: 0x45_1d_e1, up: 0xc5_9d_e1 };

/** The key of this KeyboardEvent.code, or null if a PC keyboard has none such. */
export function scancodeOf(code: string): Scancode | null {
  if (code === 'Pause') return pause;
  const value = scancodes.get(code);
  if (value === undefined) return null;
  if (value < 0x100) return { down: value, up: value | 0x80 };
  const last = value & 0xff;
  return { down: 0xe0 | (last << 8), up: 0xe0 | ((last | 0x80) << 8) };
}
