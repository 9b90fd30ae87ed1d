/** The desktop's clipboard as a test has it, and whether the window has the focus. */
export class FakeClipboard {
  text = '';
  picture: Uint8Array | null = null;
  focused = true;
  /** How often it was read. */
  reads = 0;

  async read(): Promise<string> {
    this.reads += 1;
    return this.text;
  }

  async write(text: string): Promise<void> {
    this.text = text;
  }

  async writePicture(png: Uint8Array): Promise<boolean> {
    this.picture = png;
    return true;
  }

  isFocused(_window: number): boolean {
    return this.focused;
  }
}
