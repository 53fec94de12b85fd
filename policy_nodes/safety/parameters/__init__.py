"""Every parameter of the safety controllers: type, default, unit, range and risk.

`parameter` is the way they are declared and checked; each other file declares the groups of one
subject. A group is the part of the dotted name before its last word: `scan.timeout` is the field
timeout of `sensors.ScanParameters`.
"""
