"""Tries what a stranger's program would try, and says "confined" when nothing of it works."""
import os
import resource
import socket
import sys
import time

broken = []


def attempt(name, action):
    """Every action must fail with an operating system error."""
    try:
        action()
        broken.append(name)
    except (OSError, MemoryError):
        pass


def forks():
    children = []
    try:
        for _ in range(int(sys.argv[1]) + 8):
            child = os.fork()
            if child == 0:
                time.sleep(20)
                os._exit(0)
            children.append(child)
    finally:
        for child in children:
            os.kill(child, 9)
            os.waitpid(child, 0)


def connect():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.settimeout(2)
        try:
            s.connect(("192.0.2.1", 80))  # nobody answers there (RFC 5737), so silence means packets leave
        except socket.timeout:
            return


attempt("packets leave", connect)
attempt("processes are not limited", forks)
attempt("address space is not limited",
        lambda: bytearray(resource.getrlimit(resource.RLIMIT_AS)[0] + 1)
        if resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY else None)
attempt("root directory is writable", lambda: os.mkdir("/alluvium"))
attempt("/usr is writable", lambda: open("/usr/alluvium", "w"))
attempt("/etc/passwd is visible", lambda: open("/etc/passwd"))
attempt("home directories are visible", lambda: os.listdir("/home"))
attempt("/root is visible", lambda: os.listdir("/root"))
if resource.getrlimit(resource.RLIMIT_CPU)[1] == resource.RLIM_INFINITY:
    broken.append("processor time is not limited")
if any(p.isdigit() and int(p) > 64 for p in os.listdir("/proc")):
    broken.append("processes of others are visible")
print("; ".join(broken) if broken else "confined")
