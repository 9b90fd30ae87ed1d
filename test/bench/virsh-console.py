"""Reads a guest's console through virsh in a pseudo terminal, as a person's terminal does.

usage: virsh-console.py URI GUEST SETTLE SPAN; says how many bytes a second came within SPAN, which begins SETTLE after it was opened; both in milliseconds.
"""
import os
import pty
import sys
import time

uri, guest = sys.argv[1:3]
settle, span = (int(text) / 1000 for text in sys.argv[3:5])
pid, terminal = pty.fork()
if pid == 0:
    os.execlp("virsh", "virsh", "-c", uri, "console", guest)
while b"Escape character" not in os.read(terminal, 4096):
    pass


def read(seconds):
    """How many bytes came, and how long that was."""
    began = time.monotonic()
    seen = 0
    while time.monotonic() - began < seconds:
        seen += len(os.read(terminal, 65536))
    return seen, time.monotonic() - began


read(settle)
seen, took = read(span)
print(seen / took, flush=True)
os.kill(pid, 9)
