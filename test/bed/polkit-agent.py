"""A polkit agent that answers as it is told: polkit-agent.py PID accept|deny|cancel|nothing

Stands for the password dialogue of the desktop that process PID runs on. It runs as root, and so needs no password to say that one
was right. Prints "ready" and its process id once it is registered, and "asked" each time.
https://polkit.pages.freedesktop.org/polkit/eggdbus-interface-org.freedesktop.PolicyKit1.AuthenticationAgent.html
"""

import os
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib

PATH = "/guesthouse/agent"
INTERFACE = """<node><interface name='org.freedesktop.PolicyKit1.AuthenticationAgent'>
  <method name='BeginAuthentication'><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>
    <arg type='a{ss}' direction='in'/><arg type='s' direction='in'/><arg type='a(sa{sv})' direction='in'/></method>
  <method name='CancelAuthentication'><arg type='s' direction='in'/></method>
</interface></node>"""

pid, answer = int(sys.argv[1]), sys.argv[2]
bus = Gio.bus_get_sync(Gio.BusType.SYSTEM)


def authority(method, arguments):
    return bus.call_sync(
        "org.freedesktop.PolicyKit1",
        "/org/freedesktop/PolicyKit1/Authority",
        "org.freedesktop.PolicyKit1.Authority",
        method,
        arguments,
        None,
        Gio.DBusCallFlags.NONE,
        -1,
        None,
    )


def called(_connection, _sender, _path, _interface, method, parameters, invocation):
    print("asked" if method == "BeginAuthentication" else "withdrawn", flush=True)
    if method != "BeginAuthentication":
        invocation.return_value(None)
    elif answer == "cancel":
        invocation.return_dbus_error("org.freedesktop.PolicyKit1.Error.Cancelled", "The dialogue was closed")
    elif answer == "deny":
        invocation.return_value(None)
    elif answer == "accept":
        cookie, identities = parameters.get_child_value(4), parameters.get_child_value(5)
        me = GLib.Variant.new_uint32(0)
        authority("AuthenticationAgentResponse2", GLib.Variant.new_tuple(me, cookie, identities.get_child_value(0)))
        invocation.return_value(None)


with open(f"/proc/{pid}/stat") as file:
    started = int(file.read().rsplit(")", 1)[1].split()[19])
subject = {"pid": GLib.Variant("u", pid), "start-time": GLib.Variant("t", started)}
interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
bus.register_object(PATH, interface, called, None, None)
authority("RegisterAuthenticationAgent", GLib.Variant("((sa{sv})ss)", (("unix-process", subject), "C", PATH)))
print("ready", os.getpid(), flush=True)
GLib.MainLoop().run()
