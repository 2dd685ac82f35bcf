"""The probes: one file for each part of Django that is watched.

A probe module has ``install(patches)``, which names the Django modules it waits for and the attributes it replaces.
"""
