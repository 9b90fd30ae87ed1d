"""Reads a guest's console through virsh in a pseudo terminal, as a person's terminal does.

usage: virsh-console.py URI GUEST DEVICE BYTES; says "open", then, when so many bytes came, the seconds between the first and the last.
"""
import os
import pty
import sys
import time

uri, guest, device, wanted = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
pid, terminal = pty.fork()
if pid == 0:
    os.execlp("virsh", "virsh", "-c", uri, "console", guest, "--devname", device)
greeting = b""
while b"Escape character" not in greeting or not greeting.endswith(b"\n"):
    greeting += os.read(terminal, 4096)
print("open", flush=True)
seen, began = 0, None
while seen < wanted:
    seen += len(os.read(terminal, 65536))
    began = began or time.monotonic()
print(time.monotonic() - began, flush=True)
os.kill(pid, 9)
